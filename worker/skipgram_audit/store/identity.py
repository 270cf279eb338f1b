"""What a cache was made from, as a hash that is stored with it and compared whenever it is opened.

Every corpus and audit has a random name that is never given again (``storage_name``). So what was left of a deleted one
fits no other, even where the database gives its id to it.
"""

import hashlib
import json
from typing import Any

from skipgram_audit.store.models import Audit, AuditProbe, Corpus


def of_corpus(corpus: Corpus) -> str:
    """Of a corpus' documents and metadata."""
    return _hash(corpus.storage_name, corpus.content_sha256, list(corpus.metadata_fields))


def of_audit(audit: Audit) -> str:
    """Of an audit's vectors and its documents."""
    return _hash(of_corpus(audit.corpus), audit.storage_name)


def of_ranking(probe: AuditProbe) -> str:
    """Of a measured probe's ranked documents and sentences."""
    counts = (probe.positive_documents, probe.zero_documents, probe.positive_sentences, probe.zero_sentences)
    return _hash(of_audit(probe.audit), probe.name, probe.influence_sum, counts)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
