"""Everything stored held against the log: the log itself, every change of the register, every act, file, document."""

from collections.abc import Iterator

from mingjing.accountability.audit import audit_accountability
from mingjing.appraisal.audit import audit_appraisal
from mingjing.archive.audit import audit_packages
from mingjing.cases.audit import audit_acts
from mingjing.complaints.audit import audit_complaints
from mingjing.defence.audit import audit_received
from mingjing.disputes.audit import audit_disputes
from mingjing.documents.audit import audit_documents
from mingjing.evidence.audit import audit_evidence
from mingjing.governance.audit import audit_governance
from mingjing.norms.audit import audit_norms
from mingjing.oversight.audit import audit_oversight
from mingjing.personnel.audit import audit_register
from mingjing.property.audit import audit_property
from mingjing.publicity.audit import audit_publications
from mingjing.publicity.item_audit import audit_items
from mingjing.rectification.audit import audit_rectification
from mingjing.signin.selectors import audit_factors
from mingjing.statistics.audit import audit_statistics
from mingjing.supervision.alert_audit import audit_alerts
from mingjing.translog.key_services import audit_keys
from mingjing.translog.selectors import checkpoint, why_behind
from mingjing.translog.signing import audit_second_tree, whole_logs
from mingjing.translog.stones import audit_stones
from mingjing.translog.verify import verify_log


def audit_everything(public: str = "") -> Iterator[str]:
    """Give one Chinese line for everything that is not as the log says; nothing means all is whole.

    `public` are the log's public keys where its own are not at hand.
    """
    if checkpoint() is not None:
        for reader, keys in whole_logs(public):
            report = verify_log(reader, keys)
            yield from (str(finding) for finding in report.findings if finding.fault)
    if behind := why_behind():
        yield behind
    yield from audit_second_tree()
    yield from audit_keys()
    yield from audit_stones()
    yield from audit_register()
    yield from audit_factors()
    yield from audit_acts()
    yield from audit_evidence()
    yield from audit_received()
    yield from audit_complaints()
    yield from audit_disputes()
    yield from audit_accountability()
    yield from audit_oversight()
    yield from audit_appraisal()
    yield from audit_governance()
    yield from audit_statistics()
    yield from audit_documents()
    yield from audit_packages()
    yield from audit_norms()
    yield from audit_publications()
    yield from audit_items()
    yield from audit_property()
    yield from audit_rectification()
    yield from audit_alerts()
