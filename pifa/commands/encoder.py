"""``pifa encoder``: which encoder is in use, fetching the packaged one, fitting the static student."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated

import typer

from kernel.changes import Catalog
from pifa.commands.console import HomeOption, JsonOption, out, print_json, say
from pifa.encoders import bge_encoder, load_bge
from pifa.fitting import fit_student
from pifa.wiring import installation

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich")
READ_BATCH = 4000


@app.command("status", help="正在使用的编码器，和索引里的向量是否一致。")
def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The encoder in use, the index's, and whether they agree."""
    site = installation(home)
    encoder = site.encoder.encoder
    indexed = site.store.reader().status().vector_space if site.store.exists() else None
    answer = {
        "encoder": encoder.name if encoder else None,
        "dimensions": encoder.dimensions if encoder else None,
        "fingerprint": encoder.fingerprint if encoder else None,
        "index_fingerprint": indexed.fingerprint if indexed else None,
        "agree": encoder is not None and indexed is not None and encoder.fingerprint == indexed.fingerprint,
    }
    if as_json:
        print_json(answer)
        return
    out.print(site.encoder.reason)
    if indexed is None:
        out.print("索引：没有向量")
    elif answer["agree"]:
        out.print("索引：向量由同一编码器写入")
    else:
        out.print("[yellow]索引：向量由另一编码器写入，语义搜索已关闭；运行 pifa rebuild 修复[/]")


@app.command("fetch", help="获取随包发布的 BGE 模型（24 MB）。")
def fetch(home: HomeOption = None) -> None:
    """Fetch the packaged model into the home directory; says where it came from or why it could not."""
    site = installation(home)
    choice = load_bge(site.settings, site.home)
    say(choice.reason)


@app.command("fit", help="以 BGE 为老师，在自己的目录上训练静态编码器。")
def fit(
    home: HomeOption = None,
    texts_max: Annotated[int, typer.Option(min=1000, help="最多用多少条标题")] = 110_000,
    dimensions: Annotated[int, typer.Option(min=32, max=512, help="向量维数")] = 256,
    vocabulary_max: Annotated[int, typer.Option(min=1000, help="词表上限")] = 60_000,
    seed: Annotated[int, typer.Option(min=0, help="随机种子")] = 7,
) -> None:
    """Fit on the record's titles and the taxonomy's names; saved under the home, used by PIFA_ENCODER=static."""
    site = installation(home)
    teacher = bge_encoder(site.settings, site.home)
    with site.record() as record:
        titles = list(itertools.islice(_titles(record.catalog), texts_max))
    names = [word for leaf in site.taxonomy.leaves for word in (leaf.name, *leaf.synonyms)]
    texts = [*titles, *names]
    model = fit_student(site, texts, teacher, dimensions=dimensions, vocabulary_max=vocabulary_max, seed=seed)
    folder = site.home.models / "static"
    model.save(folder)
    say(f"已保存到 {folder}；留出文本与老师的平均余弦 {model.facts['held_out_cosine']}")
    say("使用：PIFA_ENCODER=static，然后 pifa rebuild")


def _titles(catalog: Catalog) -> Iterator[str]:
    for batch in catalog.live_offers(batch_size=READ_BATCH):
        for offer, _ in batch:
            yield offer.title
