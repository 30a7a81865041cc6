"""The SQL insights of the shop: with variables and without, tables, and two that fail."""

from __future__ import annotations

from tui.sandbox.world.nodes import sql, table
from tui.sandbox.world.spec import ANA, BEN, CARA, DAY, DEV, EVE, HOUR, Spec

REVENUE_BY_COUNTRY = """
SELECT properties.country AS country,
       count() AS orders,
       round(sum(properties.revenue), 2) AS revenue,
       round(100 * countIf(properties.campaign != '') / count(), 1) AS campaign_percent,
       max(timestamp) AS last_order
FROM events
WHERE event = 'order placed'
  AND timestamp >= {variables.season_start}
GROUP BY country
ORDER BY revenue DESC
LIMIT 50
"""
ORDERS_BY_WEEK = """
SELECT toStartOfWeek(timestamp) AS week, count() AS orders
FROM events
WHERE event = 'order placed'
  AND properties.country = {variables.country}
GROUP BY week
ORDER BY week
"""
LARGE_REFUNDS = """
SELECT timestamp, properties.order AS order_number, properties.amount AS amount, properties.reason AS reason
FROM events
WHERE event = 'refund requested'
  AND properties.amount > {variables.max_refund}
  AND properties.country = {variables.country}
ORDER BY timestamp DESC
"""
ALL_REFUNDS = """
SELECT timestamp, distinct_id, properties.order AS order_number, properties.amount AS amount,
       properties.reason AS reason, properties.country AS country
FROM events
WHERE event = 'refund requested'
ORDER BY timestamp DESC
"""
BOARD_NUMBERS = """
WITH orders AS (
    SELECT toStartOfMonth(timestamp) AS month, properties.revenue AS revenue, person_id AS buyer
    FROM events
    WHERE event = 'order placed'
      AND timestamp >= {variables.season_start}
      AND (properties.is_test = false OR {variables.include_test_orders})
)
SELECT month, count() AS orders, uniq(buyer) AS buyers, round(sum(revenue), 2) AS gross,
       round(sum(revenue) / (1 + {variables.vat_rate}), 2) AS net, round(quantile(0.9)(revenue),
           2) AS large_order
FROM orders
GROUP BY month
ORDER BY month
"""
MARGINS = """
SELECT properties.supplier AS supplier, count() AS orders,
       round(sum(properties.revenue * properties.margin), 2) AS margin,
       round(100 * avg(properties.margin), 1) AS percent,
       if(avg(properties.margin) < toFloat({variables.margin_floor}), 'below the floor', null) AS remark
FROM events
WHERE event = 'order placed'
  AND properties.supplier IN {variables.supplier}
GROUP BY supplier
ORDER BY margin DESC
"""
BY_CAMPAIGN = """
SELECT coalesce(properties.campaign, 'none') AS campaign, count() AS orders,
       countIf(properties.campaign = {variables.campaign}) > 0 AS is_current
FROM events
WHERE event = 'order placed'
  AND properties.shop = {variables.store}
GROUP BY campaign
ORDER BY orders DESC
LIMIT {variables.top_n}
"""
SINCE_LAUNCH = """
SELECT toDate(timestamp) AS day, count() AS orders,
       countIf(properties.revenue >= {variables.free_shipping_from}) AS free_shipping
FROM events
WHERE event = 'order placed'
  AND timestamp >= {variables.launch_day}
  AND ({variables.demo_mode} OR properties.is_test = false)
GROUP BY day
ORDER BY day
"""
IN_CATEGORY = """
SELECT properties.product AS product, count() AS orders, sum(properties.items) AS items
FROM events
WHERE event = 'order placed'
  AND properties.category = {variables.product_category}
GROUP BY product
ORDER BY items DESC
LIMIT {variables.top_n}
"""
PARTNER_REVENUE = """
SELECT toStartOfMonth(timestamp) AS month, round(sum(properties.revenue), 2) AS revenue
FROM events
WHERE event = 'order placed'
  AND properties.partner = {variables.partner_code}
GROUP BY month
"""
TOP_CUSTOMERS = """
SELECT distinct_id AS customer, person.properties.plan AS plan, count() AS orders,
       round(sum(properties.revenue), 2) AS revenue
FROM events
WHERE event = 'order placed'
GROUP BY customer, plan
ORDER BY revenue DESC
"""
WAREHOUSE = """
SELECT w.name, sum(e.properties.revenue) - sum(w.cost) AS profit
FROM events e
JOIN warehouse_costs w ON w.name = e.properties.warehouse
GROUP BY w.name
"""

SQL = (
    Spec("Revenue by country", sql(REVENUE_BY_COUNTRY), BEN, 9 * DAY, 40 * DAY, ("money", "board"),
         "Since the season began.", viewed=6 * HOUR, uses={"season_start": None}),
    Spec("Orders by week and country", sql(ORDERS_BY_WEEK, "ActionsLineGraph"), ANA, 7 * HOUR, 95 * DAY,
         ("shop",), viewed=2 * HOUR, uses={"country": None}),
    Spec("Refunds above 100 euro", sql(LARGE_REFUNDS), CARA, 6 * DAY + 40, 58 * DAY, ("money", "support"),
         "Austria only.", viewed=6 * DAY, uses={"max_refund": None, "country": "AT"}),
    Spec("Refund requests, full list", sql(ALL_REFUNDS), EVE, 230 * DAY, 470 * DAY, ("support",),
         "For the call centre.", viewed=3 * DAY),
    Spec("Board numbers, November", sql(BOARD_NUMBERS), ANA, 15 * DAY, 26 * DAY, ("board",),
         viewed=14 * HOUR, uses={"season_start": None, "include_test_orders": False, "vat_rate": None}),
    Spec("Margin by supplier", sql(MARGINS, "ActionsBar"), DEV, 30 * HOUR, 72 * DAY, ("money", "range"),
         viewed=29 * HOUR, uses={"margin_floor": None, "supplier": None}),
    Spec("Orders by campaign", sql(BY_CAMPAIGN), BEN, 18 * DAY, 66 * DAY, ("marketing",),
         uses={"campaign": None, "store": "app", "top_n": 5}),
    Spec("Orders since launch day", sql(SINCE_LAUNCH, "ActionsLineGraph"), DEV, 16 * HOUR, 17 * DAY,
         ("shop",), viewed=16 * HOUR,
         uses={"free_shipping_from": None, "launch_day": None, "demo_mode": ...}),
    Spec("Sales in a category", sql(IN_CATEGORY), CARA, 24 * DAY, 33 * DAY, ("range",), viewed=23 * DAY,
         uses={"product_category": None, "top_n": None}),
    Spec("Partner revenue", sql(PARTNER_REVENUE), EVE, 190 * DAY, 280 * DAY, ("partners", "money"),
         viewed=150 * DAY, uses={"partner_code": None}),
    Spec("Top customers", sql(TOP_CUSTOMERS), CARA, 20 * DAY, 140 * DAY, ("money",),
         "One row for each customer.", viewed=9 * DAY),
    Spec("Profit by warehouse", sql(WAREHOUSE), DEV, 110 * DAY, 115 * DAY, ("delivery",), viewed=105 * DAY),
    Spec("Latest orders",
         table({"kind": "EventsQuery", "event": "order placed", "after": "-7d", "limit": 50,
                "select": ["timestamp", "distinct_id", "properties.product -- product",
                           "properties.items -- items", "properties.revenue -- revenue",
                           "properties.payment -- payment"]}), ANA, 12 * HOUR, 36 * DAY, ("shop", "daily"),
         viewed=50 * 1),
)  # fmt: skip
