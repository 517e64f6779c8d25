"""Several laptops, one programme: what travels between them, sealed, and how it is put together (docs/exchange.md)."""
