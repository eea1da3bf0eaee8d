"""The addresses of the counter; no view lives here."""

from django.urls import path, re_path

from mingjing.counter.http import not_found
from mingjing.counter.views import case, complaints, draw, entry, home, repair, statement, subscribe, visit

app_name = "counter"
urlpatterns = [
    path("", home.home, name="home"),
    path("enter/", home.enter, name="enter"),
    path("leave/", home.leave, name="leave"),
    path("case/", case.case, name="case"),
    path("case/papers/<int:seq>.pdf", case.document, name="document"),
    path("case/papers/<int:seq>/receipt.json", case.document_receipt, name="document-receipt"),
    path("case/rate/", visit.rating, name="visit-rate"),
    path("case/complain/", visit.complaint, name="visit-complain"),
    path("draws/<str:key>/", draw.draw, name="draw"),
    path("entry/", entry.ask, name="entry"),
    path("entry/<slug:uscc>/", entry.code, name="entry-code"),
    path("repair/", repair.repair, name="repair"),
    path("case/statement/", statement.statement, name="statement"),
    path("case/statement/lines/", statement.write, name="write"),
    path("case/statement/lines/<slug:line>/drop/", statement.drop, name="drop"),
    path("case/statement/send/", statement.send, name="send"),
    path("case/statement/declare/", statement.declare, name="declare"),
    path("case/received/<slug:arrival>/", statement.received, name="received"),
    path("case/received/<slug:no>/receipt.json", statement.receipt, name="receipt"),
    path("case/received/<slug:no>/<slug:digest>/receipt.json", statement.receipt, name="exhibit-receipt"),
    path("complaints/", complaints.complain, name="complaints"),
    path("complaints/follow/", complaints.door, name="complaint-door"),
    path("complaints/leave/", complaints.leave, name="complaint-leave"),
    path("complaints/mine/", complaints.complaint, name="complaint"),
    path("complaints/mine/step/", complaints.step, name="complaint-step"),
    path("complaints/mine/receipt-<slug:which>.json", complaints.receipt, name="complaint-receipt"),
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("subscribe/confirm/<slug:token>/", subscribe.confirm, name="subscribe-confirm"),
    path("subscribe/end/<slug:token>/", subscribe.end, name="subscribe-end"),
    path("subscribe/end-now/<slug:token>/", subscribe.end_now, name="subscribe-end-now"),
    re_path(r"^.*/$", not_found),  # an address without its last slash is sent on to the one with it
]
