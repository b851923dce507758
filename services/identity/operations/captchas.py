"""Captchas: an image, one answer, soon (HB-05)."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import timedelta
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import structlog
from captcha.image import ImageCaptcha
from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis import clock, crypto
from chassis.database import Database
from chassis.offload import offload
from contracts.identity import CaptchaAnswer, CaptchaChallenge, CaptchaRefused
from services.identity.operations.accounts import own_profile
from services.identity.rules.passwords import CODE_ALPHABET
from services.identity.rules.profile import CaptchaRules
from services.identity.tables import CaptchaRow

log = structlog.get_logger(__name__)

_IMAGES = ImageCaptcha(width=160, height=60)


def make_captcha(database: Database, *, rules: CaptchaRules, shown_at: str | None) -> CaptchaChallenge:
    """A new captcha; its text is kept as a hash. `shown_at` is the local page of a demonstration that shows it."""
    text = "".join(secrets.choice(CODE_ALPHABET) for _ in range(rules.length))
    image: bytes = offload(_draw, text)
    captcha_id = uuid4()
    row = CaptchaRow(
        id=captcha_id,
        profile=own_profile(),
        text_hash=_hashed(captcha_id, text),
        expires_at=clock.now() + timedelta(minutes=rules.minutes),
    )
    with database.begin() as session:
        session.add(row)
    if shown_at is not None:
        _show(shown_at, captcha_id, text)
    return CaptchaChallenge(
        captcha_id=captcha_id, image_png=base64.b64encode(image).decode(), expires_at=row.expires_at
    )


def check_captcha(session: Session, answer: CaptchaAnswer) -> CaptchaRefused | None:
    """Take the captcha away, right or wrong: each is good for one answer."""
    row = session.execute(
        delete(CaptchaRow)
        .where(CaptchaRow.id == answer.captcha_id)
        .returning(CaptchaRow.text_hash, CaptchaRow.expires_at)
    ).first()
    if row is None or row.expires_at <= clock.now():
        return CaptchaRefused()
    is_right = secrets.compare_digest(bytes(row.text_hash), _hashed(answer.captcha_id, answer.text))
    return None if is_right else CaptchaRefused()


def _show(page: str, captcha_id: UUID, text: str) -> None:
    body = json.dumps({"id": str(captcha_id), "answer": text}).encode()
    request = Request(  # noqa: S310  (the address is the installation's own setting)
        f"{page}/captchas", data=body, headers={"Content-Type": "application/json"}
    )
    try:
        with urlopen(request, timeout=2):  # noqa: S310
            pass
    except OSError as error:
        log.warning("captcha_not_shown", exc_info=error)


def _draw(text: str) -> bytes:
    return _IMAGES.generate(text).getvalue()


def _hashed(captcha_id: UUID, text: str) -> bytes:
    return crypto.keyring().keyed_hash(f"captcha:{captcha_id}:{text.strip()}")
