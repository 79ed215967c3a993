#!/usr/bin/env python3
"""What Presidio's recognizers with a checksum find in labelled texts: the second opinion on ours.

    pip install presidio-analyzer==2.2.366
    python3 presidio-agreement.py pii.jsonl.gz > presidio.jsonl

Reads one JSON object a line (id, text; gzipped or not) and prints one a line: id, spans (start, end, entity, score).
Offsets count code points. The recognizers run by themselves, without a language model: no context, no names.
"""
import gzip
import json
import sys

from presidio_analyzer import predefined_recognizers as known

RECOGNIZERS = [
    "AbaRoutingRecognizer", "CreditCardRecognizer", "CryptoRecognizer", "DeTaxIdRecognizer", "EsNieRecognizer",
    "EsNifRecognizer", "IbanRecognizer", "InAadhaarRecognizer", "ItFiscalCodeRecognizer", "NhsRecognizer",
    "PlPeselRecognizer", "SePersonnummerRecognizer",
]  # fmt: skip


def spans(recognizers, text):
    for recognizer in recognizers:
        for found in recognizer.analyze(text, recognizer.supported_entities, None) or []:
            yield {"start": found.start, "end": found.end, "entity": found.entity_type, "score": found.score}


def main(path):
    recognizers = [getattr(known, name)() for name in RECOGNIZERS]
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            print(json.dumps({"id": row["id"], "spans": list(spans(recognizers, row["text"]))}))


main(sys.argv[1])
