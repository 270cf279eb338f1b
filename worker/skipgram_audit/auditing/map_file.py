"""map.parquet of an audit's folder: the ranking of documents with their texts and places on the map.

It has the columns of documents.parquet, and text, x and y. Programs that show points on a plane open it as it is, for
instance ``embedding-atlas map.parquet --text text --x x --y y``.
"""

from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.texts import read_texts
from skipgram_audit.model.errors import NotFound

ROWS_A_GROUP = 20_000
PLACES = ("x", "y")


def write_map_file(folder: Path, places: npt.NDArray[np.float32], side: float, path: Path | None = None) -> Path:
    """Writes the file, whole or not at all, and returns its path.

    Args:
        folder: of a finished audit.
        places: float32 [documents, 2], right and down within a square of this side; NaN for documents that have none.
            In the file y goes up, as in plots, and a document without a place has neither.
        path: map.parquet of the folder when left out.

    Raises:
        NotFound: the folder has no table of documents.
    """
    documents, texts = folder / layout.DOCUMENTS, folder / layout.ARTIFACTS / layout.TEXTS
    if not documents.is_file() or not texts.is_file():
        raise NotFound(f"{str(folder)!r} has no ranking of documents with their texts.", "Name a finished audit.")
    path = path or folder / layout.MAP
    unfinished = path.with_name(path.name + ".part")
    read, first = read_texts(texts), 0
    with pq.ParquetFile(documents) as source:
        names = [name for name in source.schema_arrow.names if name not in ("text", *PLACES)]
        types = [source.schema_arrow.field(name).type for name in names]
        own = [("text", pa.string()), *((name, pa.float32()) for name in PLACES)]
        schema = pa.schema([*own, *zip(names, types, strict=True)])
        with pq.ParquetWriter(unfinished, schema, compression="zstd") as target:
            for batch in source.iter_batches(ROWS_A_GROUP, columns=names):
                here = places[first : first + batch.num_rows]
                missing = ~np.isfinite(here).all(axis=1)
                columns = [
                    pa.array([one.text for one in islice(read, batch.num_rows)], pa.string()),
                    pa.array(here[:, 0], pa.float32(), mask=missing),
                    pa.array(np.float32(side) - here[:, 1], pa.float32(), mask=missing),
                ]
                target.write_table(pa.Table.from_arrays([*columns, *batch.columns], schema=schema))
                first += batch.num_rows
    unfinished.replace(path)
    return path
