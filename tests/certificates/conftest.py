from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from moodle_cpd.certificates import CertificateContent, CertificateRenderer
from moodle_cpd.model.decision import Text

CONTENT = CertificateContent(
    serial="CPD-2025-000123",
    verification_id="k7Qm2xV9sTz4Wb8NcE3pLw",
    award_title=Text("班主任专项培训结业证书", "Certificate of Completion"),
    scheme_title=Text("中小学班主任培训规定", "Homeroom Teacher Training Regulation"),
    period_label="2025",
    teacher=4711,
    full_name="欧阳慧敏",
    hours=Decimal(30),
    credits=Decimal("2.5"),
    issued_on=datetime(2025, 12, 31, 17, 5, tzinfo=UTC),
    time_zone="Asia/Shanghai",
    authority="示例州教育和体育局",
    authority_en="Education Bureau of Example Prefecture",
    verification_url="https://cpd.example.edu.cn/verify",
)


@pytest.fixture(scope="session")
def renderer() -> CertificateRenderer:
    return CertificateRenderer()
