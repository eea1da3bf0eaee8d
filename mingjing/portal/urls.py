"""The addresses of the public portal; no view lives here."""

from django.urls import path, re_path

from mingjing.portal.http import not_found
from mingjing.portal.views import (
    before,
    card,
    decisions,
    feeds,
    firms,
    home,
    open_data,
    receipt,
    register,
    sitemap,
    verify,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", decisions.search, name="search"),
    path("decisions/<slug:code>/", decisions.decision, name="decision"),
    path("decisions/<slug:code>/record.json", decisions.record, name="decision-record"),
    path("decisions/<slug:code>/proof", decisions.proof, name="decision-proof"),
    path("decisions/<slug:code>/receipt/", receipt.decision_slip, name="decision-slip"),
    path("decisions/<slug:code>/receipt.json", receipt.of_decision, name="decision-receipt"),
    path("before/", before.before, name="before"),
    path("changes/", before.changes, name="changes"),
    path("items/<slug:kind>/compare/", before.compare, name="compare"),
    path("windows/", before.windows, name="windows"),
    path("firms/<str:code>/", firms.firm, name="firm"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/atom.xml", feeds.feed, {"form": "atom"}, name="feed-atom"),
    path("feeds/rss.xml", feeds.feed, {"form": "rss"}, name="feed-rss"),
    path("open-data/", open_data.open_data, name="open-data"),
    path("open-data/<path:name>", open_data.file, name="open-data-file"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<slug:part>.xml", sitemap.part, name="sitemap-part"),
    path("agencies/", register.agencies, name="agencies"),
    path("officers/", register.officers, name="officers"),
    path("officers/<str:certificate>/", register.officer, name="officer"),
    path("card/", card.card, name="card"),
    path("card/worker.js", card.worker, name="card-worker"),
    path("guides/", register.guides, name="guides"),
    path("guides/<slug:procedure>/", register.guide, name="guide"),
    path("charts/<slug:procedure>/", register.chart, name="chart"),
    path("laws/", register.laws, name="laws"),
    path("lists/", register.lists, name="lists"),
    path("lists/<slug:kind>/", register.one_list, name="list"),
    path("lists/<slug:kind>/table.csv", register.list_file, name="list-file"),
    path("channels/", register.channels, name="channels"),
    path("verify/", verify.verify, name="verify"),
    path("verify/receipt/", receipt.receipt, name="receipt"),
    path("verify/receipt/saved.html", receipt.saved, name="receipt-saved"),
    path("verify/<slug:code>/", verify.document, name="verify-document"),
    path("verify/<slug:code>/receipt/", receipt.document_slip, name="document-slip"),
    path("verify/<slug:code>/receipt.json", receipt.of_document, name="document-receipt"),
    path("verify/<slug:code>/proof", verify.proof, name="verify-proof"),
    path("about-log/", verify.about_log, name="about-log"),
    path("robots.txt", home.robots, name="robots"),
    re_path(r"^.*/$", not_found),  # an address without its last slash is sent on to the one with it
]
