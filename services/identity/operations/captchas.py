"""Captchas: an image or spoken digits, one answer, soon (HB-05)."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import structlog
from captcha.audio import AudioCaptcha
from captcha.image import ImageCaptcha
from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis import clock, context, crypto
from chassis.database import Database
from chassis.offload import offload
from contracts.identity import CaptchaAnswer, CaptchaChallenge, CaptchaRefused
from services.identity.operations.accounts import own_profile
from services.identity.rules.passwords import CODE_ALPHABET
from services.identity.rules.profile import CaptchaRules
from services.identity.tables import CaptchaRow

log = structlog.get_logger(__name__)

HISS = 12  # of 256
_HISS = bytes(128 - HISS // 2 + value % HISS for value in range(256))


class _Sounds(AudioCaptcha):
    def create_background_noise(self, length: int, chars: str) -> bytearray:
        """A hiss; the library's own murmur hides the digits, and takes most of a second of the interpreter (seen)."""
        return bytearray(secrets.token_bytes(length).translate(_HISS))


_IMAGES = ImageCaptcha(width=160, height=60)
# By language: digits spoken in Mandarin (`voices/README.md`), in English by the library's own.
_SOUNDS = {"zh-CN": _Sounds(str(Path(__file__).parents[1] / "voices")), "en": _Sounds()}
# 1 and 7 are mistaken for each other in Mandarin.
DIGITS = "02345689"


def make_captcha(
    database: Database, *, rules: CaptchaRules, shown_at: str | None, spoken: bool = False
) -> CaptchaChallenge:
    """A new captcha; its text is kept as a hash. `shown_at` is the local page of a demonstration that shows it."""
    text = "".join(secrets.choice(DIGITS if spoken else CODE_ALPHABET) for _ in range(rules.length))
    made: bytes = offload(_speak, text, context.current().locale) if spoken else offload(_draw, text)
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
    coded = base64.b64encode(made).decode()
    return CaptchaChallenge(
        captcha_id=captcha_id,
        image_png="" if spoken else coded,
        sound_wav=coded if spoken else None,
        expires_at=row.expires_at,
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


def _speak(text: str, locale: str) -> bytes:
    return bytes(_SOUNDS.get(locale, _SOUNDS["zh-CN"]).generate(text))


def _hashed(captcha_id: UUID, text: str) -> bytes:
    return crypto.keyring().keyed_hash(f"captcha:{captcha_id}:{text.strip()}")
