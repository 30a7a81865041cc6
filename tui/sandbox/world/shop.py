"""What Acme Shop sells, to whom, and how they find it: the words its events are made of."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.world.streams import weighted

SITE = "https://acme-shop.example"


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the shelf; the price is in euro, the margin a share of it."""

    slug: str
    category: str
    price: float
    supplier: str
    margin: float

    @property
    def path(self) -> str:
        """Its page."""
        return f"/p/{self.slug}"


PRODUCTS = (
    Product("monstera", "plants", 34.9, "Greenleaf", 0.38),
    Product("fern", "plants", 14.5, "Greenleaf", 0.42),
    Product("olive-tree", "plants", 89.0, "Verdura", 0.31),
    Product("lavender", "plants", 7.9, "Verdura", 0.45),
    Product("bonsai", "plants", 129.0, "Kiyomi", 0.35),
    Product("cactus-set", "plants", 19.9, "Greenleaf", 0.47),
    Product("watering-can", "tools", 24.0, "Hagen & Co", 0.33),
    Product("secateurs", "tools", 39.0, "Hagen & Co", 0.36),
    Product("trowel", "tools", 12.9, "Hagen & Co", 0.4),
    Product("terracotta-pot", "pots", 9.9, "Terra Nova", 0.52),
    Product("ceramic-bowl", "pots", 29.5, "Terra Nova", 0.44),
    Product("balcony-box", "pots", 22.0, "Terra Nova", 0.41),
    Product("potting-soil", "soil", 11.5, "Humus AG", 0.22),
    Product("orchid-food", "soil", 8.4, "Humus AG", 0.48),
    Product("seed-box", "seeds", 16.0, "Verdura", 0.55),
    Product("wildflower-mix", "seeds", 5.9, "Kiyomi", 0.6),
)
ON_SHELF = [product for product in PRODUCTS for _ in range(max(1, int(90 / (product.price + 8))))]

COUNTRIES = weighted(
    {"DE": 44, "AT": 14, "CH": 11, "NL": 8, "FR": 6, "BE": 4, "DK": 3, "PL": 2, "IT": 2, "SE": 1, "CZ": 1,
     "GB": 1, "US": 1, "ES": 1, "JP": 1}
)  # fmt: skip
CHANNELS = weighted({"Search": 41, "Email": 21, "Direct": 17, "Social": 11, "Partner": 7, "Print": 3})
DEVICES = weighted({"Desktop": 52, "Mobile": 39, "Tablet": 7, "": 2})
BROWSERS = {
    "Desktop": weighted({"Chrome": 55, "Firefox": 21, "Safari": 13, "Edge": 11}),
    "Mobile": weighted({"Chrome": 46, "Safari": 41, "Samsung Internet": 9, "Firefox": 4}),
    "Tablet": weighted({"Safari": 68, "Chrome": 32}),
    "": ["Other"],
}
PLANS = weighted({"guest": 58, "member": 31, "plus": 11})
PAYMENTS = weighted(
    {"Card": 49, "PayPal": 24, "Invoice": 13, "Gift card": 6, "Bank transfer": 2, "Apple Pay": 2,
     "Google Pay": 1, "Klarna": 1, "Twint": 1, "": 1}
)  # fmt: skip
SHOPS = weighted({"web": 71, "app": 22, "kiosk": 7})
CAMPAIGNS = weighted({"autumn_mail": 34, "welcome10": 26, "friends": 17, "plants4all": 14, "print_ad": 9})
CARRIERS = weighted({"DHL": 46, "Post": 28, "DPD": 17, "Own bike": 9})
TOPICS = weighted({"Delivery": 38, "Refund": 24, "Plant care": 21, "Invoice": 11, "Other": 6})
REASONS = weighted({"arrived damaged": 36, "wrong size": 22, "too late": 19, "changed mind": 16, "wrong item": 7})
SEARCHES = weighted(
    {"monstera": 22, "olive tree": 14, "pots": 14, "orchid": 12, "soil": 11, "gift": 10, "hedge": 9,
     "hedgehog house": 8}
)  # fmt: skip
FRUITLESS = {"hedge", "hedgehog house"}
PARTNERS = weighted({"greenleaf": 55, "balkonia": 30, "stadtgruen": 15})
HOURS = weighted(
    {"7": 2, "8": 4, "9": 6, "10": 7, "11": 7, "12": 8, "13": 6, "14": 5, "15": 5, "16": 5, "17": 6,
     "18": 7, "19": 9, "20": 10, "21": 8, "22": 4, "23": 2, "0": 1, "1": 1}
)  # fmt: skip
