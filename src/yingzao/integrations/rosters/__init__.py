"""Rosters 花名册: title rows, unit lines, merged cells, footers, and headers as clerks write them."""
