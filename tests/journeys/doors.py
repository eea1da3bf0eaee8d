"""Every address of the officers' face: what it takes to open it, and on whose object. One line each.

`public`: anybody; `signed`: anybody signed in; else an action of the permission table, or one of two. Then the object,
which says in whose agency the action must be allowed:

    -        one's own desk
    opening  a form that opens a case in one's own agency, for the roles that its kind of act names
    inquiry, assessment  a form in the case, for the roles that its kind of act names
    upload   a file on its way into the case, by the very person
    own      something of one's own agency and no other's, not even for a supervisor
    step     the same, sent: what is refused is answered by a page that says so, and changes nothing
    room     a thing that only its own room makes: here the role is held, there that other agencies do not see it
    table    a published table, asked for by its agency
    body     an agency's page, which whoever looks people up there may see
    pact     an agreement that the bureau has given
    paper    one's own paper; somebody else's does not exist for anybody
    else     something of the bureau: a case, a person
"""

from typing import Final, NamedTuple

TABLE: Final = """
login                public              -          get
logout               public              -          post
login-second         public              -          get
login-challenge      public              -          post
login-sso            public              -          get
login-sso-back       public              -          get
session              public              -          get
healthz              public              -          get
metrics              public              -          get

home                 signed              -          get
home-waiting         signed              -          get
home-due             signed              -          get
session-back         signed              -          get
account-password     signed              -          get
account-confirm      signed              -          get
account-factors      signed              -          get
factor-totp          signed              -          get
factor-passkey       signed              -          get
factor-challenge     signed              -          post
factor-codes         signed              -          post
factor-remove        signed              -          post
account-sign-ins     signed              -          get

cases                case.list           -          get
case-new             case.list           -          get
act-open             act.clue            opening    get
act-check-open       act.clue            opening    post
act-draft-open       act.clue            opening    post
act-drop-open        act.clue            opening    post
act-preview-open     act.clue            opening    post
case                 case.view           case       get
case-bundle          case.view           case       get
case-defence         case.view           case       get
case-defence-take    defence.take        case       post
act-new              act.investigation   inquiry    get
act-check-new        act.investigation   inquiry    post
act-discretion       act.investigation   assessment post
act-draft-new        act.investigation   inquiry    post
act-drop-new         act.investigation   inquiry    post
act-preview-new      act.investigation   inquiry    post
evidence-upload      evidence.upload     case       post
evidence-item        evidence.view       case       get
evidence-file        evidence.view       case       get
evidence-thumb       evidence.view       case       get
uploads              evidence.upload     case       post
upload               evidence.upload     upload     head
upload-result        evidence.upload     upload     post
document-pdf         case.view           case       get

review               act.review          -          get
review-case          act.review          case       get
publicity            publicity.prepare   -          get
catalogues           catalogue.view      -          get
catalogue            catalogue.view      table      get
catalogue-template   catalogue.view      table      get
catalogue-version    catalogue.view      table      get
catalogue-file       catalogue.view      table      get
catalogue-draft      catalogue.view      table      get
catalogue-review     catalogue.review    table      post
catalogue-return     catalogue.check|catalogue.review  table  post
catalogue-row        catalogue.draft     -          get
catalogue-head       catalogue.draft     -          post
catalogue-begin      catalogue.draft     -          post
catalogue-import     catalogue.draft     -          get
catalogue-submit     catalogue.draft     -          post
catalogue-drop       catalogue.draft     -          post
catalogue-check      catalogue.check     -          post
catalogue-publish    catalogue.publish   -          post
catalogue-withdraw   catalogue.publish   -          post
publicity-case       publicity.prepare   case       get
publicity-compare    publicity.prepare   case       post
publicity-paper      publicity.prepare   case       get
publicity-published  publicity.prepare   case       get
publicity-board      publicity.board     -          get
publicity-correct    publicity.prepare   room       get
publicity-repair-new publicity.prepare   room       get
publicity-repairs    publicity.prepare   -          get
publicity-repair     publicity.prepare   room       get
exchange             exchange.use        -          get
exchange-make        exchange.use        -          post
exchange-version     exchange.use        room       get
exchange-table       exchange.use        room       get
exchange-pushes      exchange.use        -          get
exchange-receiver    exchange.use        room       get
exchange-receiver-step exchange.use      room       post
exchange-delivery    exchange.use        room       get
exchange-delivery-step exchange.use      room       post
exchange-inbound-orders public           -          post
exchange-inbound-court public            -          post
exchange-inbound-payments public         -          post
exchange-inbound-police public           -          post
exchange-inbox       inbox.view          -          get
exchange-inbox-upload inbox.work         -          post
exchange-inbox-file  inbox.view          room       get
exchange-inbox-template inbox.view       -          get
exchange-paper       inbox.view          room       get
exchange-paper-step  inbox.work          room       post
migrations           migrate.view        -          get
migration            migrate.view        room       get
migration-roles      people.secure       -          get
migration-columns    migrate.view        room       post
migration-words      migrate.view        room       post
migration-confirm    migrate.confirm     room       post
migration-again      migrate.view        room       post
migration-drop       migrate.view        room       post
migration-refused    migrate.view        room       get
supervision          supervise.board     -          get
supervision-limits   supervise.board     -          get
supervision-findings supervise.board     -          get
supervision-cases    supervise.board     -          get
likeness             supervise.board     -          get
likeness-group       supervise.board     -          get
score-sheet          case.view           case       get
score-sheet-paper    case.view           case       get

field                public              -          get
field-worker         public              -          get
field-manifest       public              -          get
field-pack           field.record        -          get
field-picture        field.record        -          post
field-record         field.record        -          post

evidence-marks       evidence.upload     case       post
visits               visits.own          -          get
visit                visits.own          room       get
visit-begin          visits.own          room       post
visit-sheet          visits.own          room       get
visit-step           visits.own          room       post
visit-refer          visits.own          room       post
visit-prompt         visits.own          room       post
visit-board          visits.board        -          get
visit-campaign       visits.board        room       get
visit-scheme         visits.approve      -          get
visit-assign         visits.assign       -          get
visit-reply          visits.assign       room       post
visit-figures        visits.figures      -          get
visit-figure-rows    visits.figures      -          get
visit-figures-file   visits.figures      -          get
visit-first          visits.first        -          get
visit-results        visits.results      -          get
visit-handovers      visits.board        -          get
visit-handover       visits.board        room       get
visit-hand-over      visits.assign       room       post
visit-handover-step  visits.assign       room       post
visit-voices         visits.voices       -          get
visit-voice-answer   visits.voices       room       post
inspect-items        inspect.view        -          get
inspect-item-new     inspect.item        -          get
inspect-item         inspect.view        room       get
inspect-item-edit    inspect.item        room       get
inspect-plans        inspect.view        -          get
inspect-plan-begin   inspect.plan        -          post
inspect-plan         inspect.view        room       get
inspect-line         inspect.plan        room       get
inspect-plan-step    inspect.view        room       post
inspect-specials     inspect.view        -          get
inspect-special-new  inspect.plan        -          get
inspect-special      inspect.view        room       get
inspect-special-step inspect.view        room       post
inspect-joint        inspect.view        -          get
inspect-joint-propose inspect.plan       -          post
inspect-joint-answer inspect.plan        room       post
inspect-caps         inspect.view        -          get
inspect-organise     draw.run            room       get
register-objects     inspect.view        -          get
register-object-new  inspect.register    -          get
register-import      inspect.register    -          get
register-template    inspect.register    -          get
register-refused     inspect.register    room       get
register-object      inspect.view        room       get
register-object-mend inspect.register    room       get
register-object-state inspect.register   room       post
register-versions    inspect.view        -          get
register-version-verify inspect.view     room       post
register-version-proof inspect.view      room       get
inspectors           inspect.view        -          get
inspector-disclose   inspect.avoid       -          post
inspector-avoid      inspect.register    -          post
inspector-avoid-end  inspect.register    room       post
draws                draw.view           -          get
rectification        rectify.view        -          get
rectification-import rectify.enter       -          get
rectification-board  rectify.board       -          get
rectification-plan   rectify.view        room       get
rectification-plan-step rectify.enter    room       post
rectification-original rectify.view      room       get
rectification-report rectify.view        room       get
rectification-item   rectify.view        room       get
rectification-step   rectify.view        room       post
rectification-file   rectify.view        room       get
governance           governance.view     -          get
governance-decisions governance.view     -          get
governance-propose   governance.enter    -          get
governance-decision  governance.view     room       get
governance-decision-step governance.view room       post
governance-file      governance.view     room       get
governance-study     governance.view     -          get
governance-study-plan governance.view    room       get
governance-study-step governance.view    room       post
governance-court     governance.view     -          get
governance-court-strike governance.confirm room     post
governance-statements governance.view    -          get
governance-statement-new governance.enter -         get
governance-statement governance.view     room       get
governance-statement-step governance.view room      post
governance-statement-paper governance.view room     get
governance-campaigns governance.view     -          get
governance-campaign-new governance.enter -          get
governance-campaign  governance.view     room       get
governance-campaign-step governance.view room       post
governance-joint     governance.view     -          get
governance-joint-one governance.view     room       get
governance-joint-step governance.view    room       post
governance-grids     governance.view     -          get
governance-grid-new  governance.enter    -          get
governance-grid      governance.enter    room       get
appraisal            appraisal.view      -          get
appraisal-export     appraisal.export    -          get
appraisal-indicator  appraisal.view      room       get
appraisal-rows       appraisal.view      room       get
filereviews          filereview.view     -          get
filereview-new       filereview.manage   -          get
filereview-mine      filereview.view     -          get
filereview           filereview.view     room       get
filereview-step      filereview.view     room       post
filereview-plant     filereview.manage   room       get
filereview-file      filereview.view     room       get
filereview-bundle    filereview.view     room       get
filereview-paper     filereview.view     room       get
filereview-sheet     filereview.view     room       get
analysis             analysis.view       -          get
analysis-page        analysis.view       -          get
analysis-cases       analysis.view       -          get
analysis-file        analysis.view       -          get
analysis-save        analysis.view       -          post
analysis-view        analysis.view       room       post
statistics           statistics.view     -          get
statistics-remind    statistics.prepare  -          post
statistics-table     statistics.view     -          get
statistics-cell      statistics.view     -          get
statistics-report    statistics.view     room       get
statistics-step      statistics.view     room       post
statistics-file      statistics.view     room       get
oversight            oversight.view      -          get
oversight-new        oversight.draft     -          get
oversight-filings    oversight.view      -          get
oversight-matter     oversight.view      room       get
oversight-step       oversight.view      room       post
oversight-paper      oversight.view      room       get
dispute-new          dispute.manage      case       get
case-brief           case.view           case       get
case-brief-pdf       case.view           case       get
wrong-case-new       wrongcase.manage    case       get
wrong-cases          wrongcase.view      -          get
wrong-cases-mine     wrongcase.own       -          get
wrong-case           wrongcase.view      room       get
wrong-case-step      wrongcase.manage    room       post
wrong-case-speak     wrongcase.own       room       post
interference         interference.record -          get
interference-receipt interference.record -          get
disputes             dispute.view        -          get
dispute-lessons      dispute.view        -          get
dispute-lessons-file dispute.view        -          get
dispute-checks       dispute.view        -          get
dispute              dispute.view        room       get
dispute-step         dispute.view        room       post
dispute-check        dispute.view        room       get
complaints           complaint.view      -          get
complaint-new        complaint.enter     -          get
complaint-import     complaint.import    -          get
complaint-figures    complaint.view      -          get
complaint            complaint.view      room       get
complaint-step       complaint.view      room       post
complaint-identity   complaint.identity  room       post
complaint-clue       act.clue            room       post
complaint-file       complaint.view      room       get
draw                 draw.view           room       get
draw-file            draw.view           room       get
draw-pledge          draw.pledge         room       post
draw-reveal          draw.pledge         room       post
draw-run             draw.run            room       post
draw-change          draw.run            room       post
draw-void            draw.run            room       post
draw-close           draw.run            room       post
draw-invite          draw.run            room       post

evidence-preview     evidence.view       room       get
evidence-devices     evidence.view       case       get
document             case.view           case       get
document-docx        case.view           case       get
document-receipt     case.view           case       get
document-slip        case.view           case       get
act-receipt          case.view           case       get
act-slip             case.view           case       get
evidence-receipt     evidence.view       case       get
evidence-slip        evidence.view       case       get
case-documents       case.view           room       get
case-file            case.view           case       get
case-file-pdf        case.view           case       get
case-package         archive.take        room       get
archive              archive.view        -          get
archive-transfer     archive.take        -          get
erasures             erase.view          -          get
erasure-decide       erase.confirm       room       post
case-erase           erase.request       case       get

custody              property.view       -          get
custody-item         property.view       room       get
custody-labels       property.view       room       get
custody-sheet        property.view       room       get
custody-counted      property.view       room       get
custody-prepare      property.move       room       post
custody-move         property.move       room       get
custody-sign         property.move       room       post
custody-drop         property.move       room       post
custody-count        property.move       -          get
receipts             receipts.view       -          get
receipt-book         receipts.view       room       get
receipts-receive     receipts.manage     -          post
receipt-step         receipts.manage     room       post
receipts-item        receipts.list       -          post
receipts-item-end    receipts.list       room       post
dossiers             dossier.view        -          get
dossier              dossier.view        room       get
dossier-merge        dossier.merge       room       post
dossier-settle       dossier.merge       room       post
supervision-recordings supervise.board   -          get
supervision-alerts   supervise.board     -          get
supervision-alert-models supervise.board -          get
supervision-alert    supervise.board     room       get
supervision-alert-feedback alert.feedback room      post
alerts               alert.view          -          get
alert                alert.view          room       get
alert-step           alert.answer        room       post
devices              device.view         -          get
device-new           device.manage       -          get
device               device.view         room       get
device-note          device.report       room       post

card                 card.show           -          get
card-statements      card.show           -          get
card-worker          public              -          get

people               people.view         -          get
agencies             people.view         -          get
person               people.view         person     get
person-new           people.manage       -          get
agency-new           people.manage       -          get
person-active        people.manage       person     post
person-certificates  people.manage       person     post
certificate-event    people.manage       person     post
person-roles         people.secure       person     post
person-password      people.secure       person     post
agency               people.view         body       get
agency-step          people.manage       body       post
agreements           people.view         -          get
agreement            people.view         pact       get
agreement-new        people.manage       -          get
agreement-step       people.manage       pact       post
responsibilities     people.view         -          get
responsibilities-paper people.view       -          get
reviewers            people.view         -          get
person-post          people.manage       person     post
training             training.learn      -          get
training-apply       training.learn      -          post
course               training.learn      -          get
course-test          training.learn      paper      get
exam                 training.learn      -          get
sitting              training.learn      paper      get
sitting-save         training.learn      paper      post
training-hours       training.learn      -          get
training-board       training.board      -          get
training-decide      training.approve    -          post
training-desk        training.manage     -          get
training-step        training.manage     -          post
security             people.secure       -          get
security-unlock      people.secure       person     post
security-factors     people.secure       person     post
audit                audit.view          -          get
api-clients          client.manage       -          get
api-client-step      client.manage       room       post
account-api          client.own          -          get
account-api-step     client.own          room       post
accesses             access.view         -          get

law                  packs.view          -          get
law-rule             packs.view          -          get
law-chart            packs.view          -          get
law-chart-svg        packs.view          -          get
law-whole-chart-svg  packs.view          -          get
law-replay           law.replay          -          get
statutes             packs.view          -          get
statute              packs.view          -          get
conflicts            packs.view          -          get
notices              packs.view          -          get
notice               packs.view          -          get
handbook             packs.view          -          get
handbook-book        packs.view          -          get
recording-paper      packs.view          -          get
review-paper         packs.view          -          get

norms                norms.view          -          get
norm-upload          norms.draft         -          get
norm-list-upload     norms.draft         -          get
norm-law-new         norms.draft         -          get
norm-draft           norms.view          own        get
norm-check           norms.publish       step       post
norm-publish         norms.publish       step       post
norm-discard         norms.draft|norms.publish  step  post
norm-table           norms.view          table      get
norm-end             norms.publish       step       post
norm-changes         norms.view          table      get
norm-table-file      norms.view          table      get
norm-pack            norms.view          -          get
norm-pack-file       norms.view          -          get
norm-list            norms.view          -          get
norm-list-file       norms.view          -          get

system               system.view         -          get
"""


class Door(NamedTuple):
    """One address: what it takes to open it."""

    name: str
    action: str
    thing: str
    method: str


DOORS: Final = {line.split()[0]: Door(*line.split()) for line in TABLE.splitlines() if line.strip()}
