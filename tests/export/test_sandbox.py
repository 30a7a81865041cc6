"""The shop's own insights, read over the API and exported: every kind the sandbox computes."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from tests.api.conftest import NOW, OpenShop
from tui.charts.numbers import to_number
from tui.export.definitions import definition, read_definition
from tui.export.differences import difference
from tui.export.rebinding import rebind
from tui.export.results import forms_of, result_csv, result_json, result_markdown
from tui.operations.mapping import detail_from, variable_from

pytestmark = pytest.mark.anyio


async def test_every_insight_of_the_shop_is_exported(open_shop: OpenShop) -> None:
    shop = open_shop()
    variables = [variable_from(found) async for found in shop.client.variables.all()]
    page = await shop.client.insights.list(basic=True, order="id", limit=200)
    tables = set()
    for row in page:
        insight = await shop.client.insights.read(row.id, refresh="blocking")
        found = detail_from(insight, NOW.timestamp())
        forms = forms_of(found)
        assert "definition" in forms
        if "csv" in forms:
            read = list(csv.reader(StringIO(result_csv(found), newline=""), strict=True))
            assert len({len(line) for line in read}) == 1
            assert result_markdown(found).startswith("## ")
            tables.add(row.kind)
        if "json" in forms:
            assert json.loads(result_json(found))["result"] == found.result
        sent = insight.verbatim_query.for_sending()
        written = definition(found, host="http://127.0.0.1:8010", project="1", exported_at=NOW.timestamp(), query=sent)
        taken = read_definition(written)
        assert json.loads(taken.query_json) == sent
        assert {change.what for change in difference(taken, found)} == {"same"}
        bound = rebind(taken, variables)
        assert set(bound.missing).isdisjoint(variable.code_name for variable in variables)
        # In the project it comes from, a definition lists the variables it had.
        assert bound.missing or json.loads(bound.query_json) == sent
    assert tables >= {"trends", "funnel", "retention", "paths", "stickiness", "lifecycle", "sql", "table"}


async def test_the_numbers_of_a_file_are_those_of_the_server(open_shop: OpenShop) -> None:
    shop = open_shop()
    row = await shop.insight("Revenue by shop")
    found = detail_from(await shop.client.insights.read(row.id, refresh="blocking"), NOW.timestamp())
    written = list(csv.DictReader(StringIO(result_csv(found), newline="")))
    for series in found.result:
        kept = [line for line in written if line["breakdown"] == series["breakdown_value"]]
        assert [line["date"] for line in kept] == series["days"]
        assert [to_number(line["value"]) for line in kept] == series["data"]
