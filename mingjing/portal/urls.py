"""The addresses of the public portal; no view lives here."""

from django.urls import path, re_path

from mingjing.portal.http import not_found
from mingjing.portal.views import (
    before,
    card,
    decisions,
    draws,
    feeds,
    firms,
    home,
    interference,
    methods,
    open_data,
    receipt,
    register,
    reports,
    sitemap,
    verify,
)

app_name = "portal"
# What machines read is the record itself: one address and one language.
files = [
    path("decisions/<slug:code>/record.json", decisions.record, name="decision-record"),
    path("decisions/<slug:code>/proof", decisions.proof, name="decision-proof"),
    path("decisions/<slug:code>/document.pdf", decisions.paper, name="decision-paper"),
    path("decisions/<slug:code>/receipt.json", receipt.of_decision, name="decision-receipt"),
    path("draws/<slug:code>/bundle.json", draws.bundle, name="draw-bundle"),
    path("draws/<slug:code>/results.csv", draws.table, name="draw-table"),
    path("feeds/atom.xml", feeds.feed, {"form": "atom"}, name="feed-atom"),
    path("feeds/rss.xml", feeds.feed, {"form": "rss"}, name="feed-rss"),
    path("open-data/<path:name>", open_data.file, name="open-data-file"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<slug:part>.xml", sitemap.part, name="sitemap-part"),
    path("lists/<slug:kind>/table.csv", register.list_file, name="list-file"),
    path("statistics/<slug:code>/report.xlsx", reports.workbook, name="statistics-workbook"),
    path("statistics/<slug:code>/report.pdf", reports.paper, name="statistics-paper"),
    path("verify/<slug:code>/receipt.json", receipt.of_document, name="document-receipt"),
    path("verify/<slug:code>/proof", verify.proof, name="verify-proof"),
    path("robots.txt", home.robots, name="robots"),
]
# Asked for after the files, for an open-data file may have any name.
pages = [
    path("", home.home, name="home"),
    path("search/", decisions.search, name="search"),
    path("decisions/<slug:code>/", decisions.decision, name="decision"),
    path("decisions/<slug:code>/receipt/", receipt.decision_slip, name="decision-slip"),
    path("before/", before.before, name="before"),
    path("changes/", before.changes, name="changes"),
    path("items/<slug:kind>/compare/", before.compare, name="compare"),
    path("windows/", before.windows, name="windows"),
    path("firms/<str:code>/", firms.firm, name="firm"),
    path("draws/", draws.draws, name="draws"),
    path("draws/check/", draws.check, name="draw-check"),
    path("draws/methods/", methods.methods, name="draw-methods"),
    path("draws/<slug:code>/", draws.draw, name="draw"),
    path("draws/<slug:code>/results/<int:number>/", draws.results, name="draw-results"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("open-data/", open_data.open_data, name="open-data"),
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
    path("statistics/", reports.reports, name="statistics"),
    path("statistics/<slug:code>/", reports.report, name="statistics-report"),
    path("interference/", interference.interference, name="interference"),
    path("channels/", register.channels, name="channels"),
    path("verify/", verify.verify, name="verify"),
    path("verify/receipt/", receipt.receipt, name="receipt"),
    path("verify/receipt/saved.html", receipt.saved, name="receipt-saved"),
    path("verify/<slug:code>/", verify.document, name="verify-document"),
    path("verify/<slug:code>/receipt/", receipt.document_slip, name="document-slip"),
    path("about-log/", verify.about_log, name="about-log"),
    re_path(r"^.*/$", not_found),  # an address without its last slash is sent on to the one with it
]
urlpatterns = [*files, *pages]
