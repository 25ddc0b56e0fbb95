"""All documents of one corpus folder: look-up, the supersession graph, the fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from rapidfuzz import process

from corpus.asked import AskedAs, asked_file, parse_asked
from corpus.document import Document, Kind, read_document
from corpus.errors import CorpusError, DocumentError, UnknownDocumentError
from corpus.front_matter import read_text
from corpus.ledger import LEDGER_NAME, ArticleClaim, read_ledger
from corpus.unheld import UNHELD_NAME, parse_unheld

PACKAGED_CORPUS = Path(__file__).parent / "documents"

_Key = TypeVar("_Key", str, Path)


class Library:
    """The documents of a corpus, by id.

    A document that cannot be read is left out and kept in `broken`, so that one bad file does not
    silence the others; `lodestone corpus check` and `doctor` show it.

    Example:
        >>> library = Library.load()
        >>> library.get("us-japan-2026-status").status
        <Status.IN_FORCE: 'in-force'>
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        *,
        claims: tuple[ArticleClaim, ...] = (),
        broken: tuple[DocumentError, ...] = (),
        folder: Path = PACKAGED_CORPUS,
        asked: Mapping[str, str] = MappingProxyType({}),
        unheld: Mapping[Path, str] = MappingProxyType({}),
    ) -> None:
        self.documents: Mapping[str, Document] = MappingProxyType(dict(sorted(documents.items())))
        self.claims = claims
        self.broken = broken
        self.folder = folder
        self._asked = asked
        self._unheld = unheld

    @classmethod
    def load(cls, folder: Path | None = None) -> Library:
        """Read every Markdown file below `folder` (default: the corpus that comes with Lodestone).

        Raises:
            CorpusError: the folder is missing or holds no readable document.
        """
        folder = folder or PACKAGED_CORPUS
        if not folder.is_dir():
            raise CorpusError(
                f"no corpus folder at {folder}: set LODESTONE_CORPUS to a folder of documents"
            )
        documents: dict[str, Document] = {}
        broken: list[DocumentError] = []
        for path in sorted(folder.rglob("*.md")):
            try:
                document = read_document(path)
            except DocumentError as error:
                broken.append(error)
                continue
            if document.id in documents:
                other = documents[document.id].path
                broken.append(DocumentError(f"{path}: the id {document.id!r} is taken by {other}"))
            else:
                documents[document.id] = document
        if not documents:
            reason = f"; the first: {broken[0]}" if broken else ""
            raise CorpusError(f"no readable document below {folder}{reason}")
        claims: list[ArticleClaim] = []
        for path in sorted(folder.rglob(LEDGER_NAME)):
            try:
                claims.extend(read_ledger(path))
            except DocumentError as error:
                broken.append(error)
        beside = {d.id: path for d in documents.values() if (path := asked_file(d.path)).exists()}
        asked = _read_all(beside, broken)
        unheld = _read_all({path: path for path in sorted(folder.rglob(UNHELD_NAME))}, broken)
        return cls(
            documents,
            claims=tuple(claims),
            broken=tuple(broken),
            folder=folder,
            asked=asked,
            unheld=unheld,
        )

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents.values())

    def __len__(self) -> int:
        return len(self.documents)

    def __contains__(self, document_id: object) -> bool:
        return document_id in self.documents

    def get(self, document_id: str) -> Document:
        """The document with this id.

        Raises:
            UnknownDocumentError: there is none; the message names the nearest id.
        """
        try:
            return self.documents[document_id]
        except KeyError:
            near = process.extractOne(document_id, list(self.documents), score_cutoff=60)
            hint = f": did you mean {near[0]!r}?" if near else "."
            raise UnknownDocumentError(
                f"no document {document_id!r}{hint} See: lodestone corpus list"
            ) from None

    def asked(self, document_id: str) -> tuple[AskedAs, ...]:
        """The questions kept beside a document; read from their text only here, as it takes time.

        Raises:
            DocumentError: the file cannot be read as such a list.
        """
        text = self._asked.get(document_id)
        if text is None:
            return ()
        return parse_asked(text, str(asked_file(self.get(document_id).path)))

    def unheld(self) -> tuple[str, ...]:
        """Questions close to the documents that none of them answers; parsed only here.

        Raises:
            DocumentError: a file of them cannot be read as such a list.
        """
        lists = (parse_unheld(text, str(path)) for path, text in self._unheld.items())
        return tuple(dict.fromkeys(question for questions in lists for question in questions))

    def digest(self, document_id: str) -> str:
        """Hex digits that change when a document's file or the questions beside it do."""
        digest, asked = self.get(document_id).digest, self._asked.get(document_id)
        return digest if asked is None else hashlib.sha256((digest + asked).encode()).hexdigest()

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change when any file of the corpus does."""
        digest = hashlib.sha256()
        for document in self:
            digest.update(f"{document.id}\0{self.digest(document.id)}\n".encode())
        for claim in self.claims:
            digest.update(claim.model_dump_json().encode())
        for text in self._unheld.values():
            digest.update(text.encode())
        return digest.hexdigest()[:16]

    @cached_property
    def article(self) -> Document | None:
        """The anchor article, where the corpus has one."""
        return next((d for d in self if d.kind is Kind.ARTICLE), None)

    @cached_property
    def successors(self) -> Mapping[str, tuple[Document, ...]]:
        """For each id, the documents that supersede it, whichever side of the link names them."""
        found: dict[str, dict[str, Document]] = {document.id: {} for document in self}
        for document in self:
            for earlier in document.supersedes:
                found.setdefault(earlier, {})[document.id] = document
            for later in document.superseded_by:
                if later in self.documents:
                    found[document.id][later] = self.documents[later]
        return {key: tuple(value.values()) for key, value in found.items()}

    def chain(self, document_id: str) -> tuple[Document, ...]:
        """The regimes that one measure belongs to, first to last, itself included.

        Raises:
            UnknownDocumentError: no document has that id.
        """
        members = {document_id: self.get(document_id)}
        frontier = [document_id]
        while frontier:
            current = frontier.pop()
            near = {d.id: d for d in self.successors.get(current, ())}
            near |= {d.id: d for d in self if d.id in self.documents[current].supersedes}
            near |= {d.id: d for d in self if current in d.superseded_by}
            for name, document in near.items():
                if name not in members:
                    members[name] = document
                    frontier.append(name)
        return tuple(
            sorted(members.values(), key=lambda d: (d.effective_from or d.published, d.id))
        )


def _read_all(files: Mapping[_Key, Path], broken: list[DocumentError]) -> dict[_Key, str]:
    """The texts of these files; one that cannot be read is left out and told in `broken`."""
    texts = {}
    for key, path in files.items():
        try:
            texts[key] = read_text(path)
        except DocumentError as error:
            broken.append(error)
    return texts
