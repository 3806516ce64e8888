"use strict";
/* Everything here adds to pages that already work without it. */

/* ---- Search box: a combobox over /suggest ------------------------------------------------------------------------- */
(() => {
  const form = document.querySelector("form[data-suggest]");
  if (!form) return;
  const box = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  const WAIT_MS = 60; // below the pause between keystrokes of a quick typist, so that a burst asks once
  let asked = 0; // sequence of the newest question; an answer of an older one is dropped
  let timer = 0;
  let active = -1;
  let typed = box.value;
  let composing = "";

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const options = () => [...list.children];
  const close = () => {
    asked += 1; // whatever is still on its way has come too late
    clearTimeout(timer);
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    active = index;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
    if (index < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", options()[index].id);
    box.value = index < 0 ? typed : options()[index].dataset.text;
  };
  const show = (suggestions) => {
    list.replaceChildren(
      ...suggestions.slice(0, 10).map((suggestion, n) => {
        const option = document.createElement("li");
        option.id = `suggestion-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.text = suggestion.text;
        const text = document.createElement("span");
        const rest = document.createElement("b");
        text.append(suggestion.text.slice(0, suggestion.matched));
        rest.textContent = suggestion.text.slice(suggestion.matched);
        text.append(rest);
        option.append(text);
        if (suggestion.category) {
          const where = document.createElement("span");
          where.className = "in";
          where.textContent = suggestion.category;
          option.append(where);
        }
        return option;
      }),
    );
    active = -1;
    list.hidden = suggestions.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const sequence = ++asked;
    const query = new URLSearchParams({ q: typed, sequence: String(sequence) });
    try {
      const response = await fetch(`${form.dataset.suggest}?${query}`, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const answer = await response.json();
      if (answer.sequence === asked && document.activeElement === box) show(answer.suggestions);
    } catch {
      /* No suggestions; the form itself needs none. */
    }
  };
  const askSoon = () => {
    typed = box.value;
    clearTimeout(timer);
    if (!typed.trim()) return close();
    timer = setTimeout(ask, WAIT_MS);
  };

  box.addEventListener("compositionupdate", (event) => { composing = event.data || ""; });
  box.addEventListener("compositionend", () => { composing = ""; askSoon(); });
  box.addEventListener("input", askSoon); // letters of an open composition too: pinyin is suggested for, and for nothing else
  box.addEventListener("blur", () => setTimeout(close, 120)); // after the click on an option
  box.addEventListener("keydown", (event) => {
    // 229: the input method has the key (Safari says so even after the composition ended).
    if (event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    // A keyboard for Latin script composes every word (Android): its Enter is the buyer's own and searches.
    if (event.isComposing && !(event.key === "Enter" && /^[\x20-\x7e]+$/.test(composing))) return;
    const last = options().length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) { askSoon(); return; }
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = active + step;
      mark(next > last ? -1 : next < -1 ? last : next);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      box.value = typed;
      close();
    } else if (event.key === "Enter") {
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the caret where it is
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    box.value = typed = option.dataset.text;
    close();
    form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !busy && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
})();

/* ---- Living parts: show the wait, say the outcome, keep the place ------------------------------------------------- */
(() => {
  const announce = document.getElementById("announce");
  const trouble = document.getElementById("trouble");
  let waiting = 0;
  const wait = (step) => {
    waiting = Math.max(0, waiting + step);
    document.body.classList.toggle("busy", waiting > 0);
  };
  const paging = new WeakSet(); // requests of the pager: by the time of the swap the link itself is gone
  document.addEventListener("htmx:before:request", (event) => {
    wait(1);
    trouble.hidden = true;
    if (event.target.closest(".pager")) paging.add(event.detail.ctx);
  });
  document.addEventListener("htmx:finally:request", () => wait(-1));
  document.addEventListener("htmx:error", () => {
    trouble.textContent = document.documentElement.lang === "en" ? "No answer. Please try again." : "没有收到回应，请再试一次。";
    trouble.hidden = false;
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const results = document.getElementById("results");
    if (!results) return;
    announce.textContent = results.dataset.announce || "";
    if (paging.has(event.detail.ctx)) {
      results.scrollIntoView({ block: "start" });
      document.getElementById("found-heading")?.focus({ preventScroll: true });
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.method === "get" && !event.defaultPrevented) document.body.classList.add("busy");
  });
  addEventListener("pageshow", () => { waiting = 0; document.body.classList.remove("busy"); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.why[open], .sectors details[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    const filters = document.getElementById("filters-open");
    if (filters) filters.checked = false;
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.why[open], .sectors details[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
})();

/* ---- SKU matrix: Enter and arrows go from field to field as in a sheet; an answer never overwrites what is typed ---- */
(() => {
  const FIELDS = ".matrix input[name^=q_]";
  const STEPS = { Enter: [1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.(FIELDS);
    const step = STEPS[event.key];
    if (!field || !step || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const [down, across] = step;
    const edge = across < 0 ? 0 : field.value.length;
    if (across && (field.selectionStart !== edge || field.selectionEnd !== edge)) return; // the caret moves inside the field first
    event.preventDefault();
    const rows = [...field.closest("tbody").rows].filter((row) => row.querySelector("input"));
    const row = rows.indexOf(field.closest("tr"));
    const cell = field.closest("td").cellIndex;
    for (let r = row + down, c = cell + across; rows[r]?.cells[c]; r += down, c += across) {
      const next = rows[r].cells[c].querySelector("input");
      if (next) { next.focus(); next.select(); return; }
    }
  });
  document.addEventListener("htmx:response:error", (event) => { // the page stays, with all that is typed
    if (!event.target.closest?.(".matrix")) return;
    const trouble = document.getElementById("trouble");
    trouble.textContent = document.documentElement.lang === "en" ? "No price this time; what you typed is kept. Please reload the page." : "这次没有算出价格，填写的都还在，请刷新页面再试。";
    trouble.hidden = false;
  });
  const said = (form) => new URLSearchParams(new FormData(form)).toString();
  const asked = new WeakMap(); // request -> what the form said; what is said otherwise by now is asked next, and answered then
  document.addEventListener("htmx:before:request", (event) => {
    const form = event.target.closest(".matrix form");
    if (form) asked.set(event.detail.ctx, said(form));
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const form = event.target.closest(".matrix form");
    if (form && asked.has(event.detail.ctx) && asked.get(event.detail.ctx) !== said(form)) event.preventDefault();
  });
})();

/* ---- Files: one that is too large is named beside its field; sent, it would be refused with the whole form ----------- */
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.type !== "file" || !field.dataset.megabytesMax) return;
  const large = [...field.files].some((file) => file.size > field.dataset.megabytesMax * 1048576);
  field.setCustomValidity(large ? field.dataset.tooLarge : "");
  if (large) field.reportValidity();
});

/* ---- Copy --------------------------------------------------------------------------------------------------------- */
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.select();
      document.execCommand("copy");
    }
    button.lastElementChild.textContent = document.documentElement.lang === "en" ? "Copied" : "已复制";
  });
}
