"""Tests of the query engine, against small tables of events made by hand."""
