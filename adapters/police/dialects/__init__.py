"""One module a dialect: how one product's documents are asked for and read.

A dialect is plain functions over bytes already fetched; `adapters.police.source` does the
asking. To add a product: a module with a `Dialect`, a word in `settings.Product`, a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.police.dialect import Dialect
from adapters.police.dialects import compact, connect, niche
from adapters.police.settings import Product

DIALECTS: Final[Mapping[Product, Dialect]] = {
    Product.COMPACT: compact.DIALECT,
    Product.CONNECT: connect.DIALECT,
    Product.NICHE: niche.DIALECT,
}
"""Every product's dialect. A test says the table is whole."""
