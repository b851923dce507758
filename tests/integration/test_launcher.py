"""The parts as the launcher starts them: private, closed, restarted."""

from __future__ import annotations

import smtplib
import stat
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg2
import pytest
import smpplib.client
import smpplib.gsm
from minio import Minio
from minio.error import S3Error

RESTART_SECONDS = 40


def _dsn(stack: Any, service: str) -> str:
    return stack.settings[f"{service.upper()}_DATABASE_URL"].replace("+psycopg2", "")


def test_databases_are_separate(stack):
    """A service's user enters its own database and no other's."""
    psycopg2.connect(_dsn(stack, "identity")).close()
    foreign = urlsplit(_dsn(stack, "identity"))._replace(path="/review").geturl()
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(foreign)


def test_database_speaks_utf8_without_a_locale(stack):
    """Each database is UTF-8 in C.UTF-8, and knows the Chinese collation."""
    connection = psycopg2.connect(_dsn(stack, "review"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        )
        assert cursor.fetchone() == ("C.UTF-8", "UTF8")
        cursor.execute("SELECT array_agg(n ORDER BY n COLLATE \"zh-x-icu\") FROM unnest(ARRAY['赵', '安', '李']) n")
        assert cursor.fetchone() == (["安", "李", "赵"],)
    connection.close()


def test_database_log_holds_no_values(stack):
    """A failing statement leaves neither its text nor its values in the server's log."""
    connection = psycopg2.connect(_dsn(stack, "notify"))
    with connection.cursor() as cursor, pytest.raises(psycopg2.Error):
        cursor.execute("SELECT * FROM absent WHERE phone = %s", ["marked-15400009999"])
    connection.close()
    assert "marked-15400009999" not in (stack.instance.path("log", "postgres.log")).read_text()


def test_store_refuses_strangers(stack):
    """Neither S3 with a wrong key nor the store's inner ports give or take anything."""
    settings = stack.settings
    stranger = Minio(settings["ZHIPING_S3_ENDPOINT"], "zhiping", "wrong", secure=False, region="us-east-1")
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        list(stranger.list_objects(settings["ZHIPING_S3_BUCKET"]))
    filer = f"http://127.0.0.1:{stack.instance.port('objects.filer')}"
    assert httpx.get(f"{filer}/buckets/").status_code == 401
    assert httpx.put(f"{filer}/buckets/evil.txt", content=b"x").status_code == 401


def test_everything_listens_on_loopback_alone(stack):
    """No port of the installation is open to other machines."""
    ours = {f"{port:04X}" for port in (stack.instance.port(name) for name in ("postgres", "rabbitmq", "epmd", "peers"))}
    ours |= {f"{stack.instance.port(name):04X}" for name in ("rabbitmq.distribution", "objects.s3", "objects.master")}
    listening = [
        line.split()[1].split(":")
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    addresses = {address for address, port in listening if port in ours}
    assert addresses <= {"0100007F", "00000000000000000000000001000000"}
    assert {port for _, port in listening} >= ours


def test_secrets_are_closed_to_others(stack):
    """Files with secrets can be read by their owner alone."""
    for name in ("secrets.json", "environment.json", "rabbitmq/definitions.json", "objects/s3.json"):
        assert stat.S_IMODE(stack.instance.path(name).stat().st_mode) == 0o600, name


def test_mail_is_taken_after_sign_in(stack):
    """The mail peer takes mail from who signs in, and shows it whole; others are refused."""
    url = urlsplit(stack.settings["NOTIFY_SMTP_URL"])
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "评审结果", "office@hebei.example", "launcher@person.example"
    mail.set_content("您好")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="评审表.pdf")
    with smtplib.SMTP(url.hostname or "", url.port or 0) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.send_message(mail)
        client.rset()
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("notify", "wrong")
        client.login(url.username or "", url.password or "")
        client.send_message(mail)
    (found, *_) = stack.messages(kind="mail", to="launcher@person.example")
    assert (found["subject"], found["text"]) == ("评审结果", "您好\n\n[附件 评审表.pdf]")


@pytest.mark.parametrize("text", ["验证码 123456", "长文" * 80, "plain {€}", "x" * 400])
def test_sms_arrives_whole(stack, text):
    """An SMS in Chinese or GSM letters, of one part or several, arrives as one text and is receipted."""
    url = urlsplit(stack.settings["NOTIFY_SMPP_URL"])
    receipts: list[bytes] = []
    parts, coding, esm_class = smpplib.gsm.make_parts(text)
    with smpplib.client.Client(url.hostname, url.port, allow_unknown_opt_params=True) as client:
        client.set_message_received_handler(lambda pdu: receipts.append(pdu.short_message))
        client.connect()
        client.bind_transceiver(system_id=url.username, password=url.password)
        for part in parts:
            client.send_message(
                source_addr="10690",
                destination_addr="15400009901",
                short_message=part,
                data_coding=coding,
                esm_class=esm_class,
                registered_delivery=True,
            )
        deadline = time.monotonic() + 5
        while len(receipts) < len(parts) and time.monotonic() < deadline:
            client.poll()
            time.sleep(0.01)
    assert len(receipts) == len(parts)
    assert all(b"stat:DELIVRD" in receipt for receipt in receipts)
    assert stack.messages(kind="sms", to="15400009901")[0]["text"] == text


def test_page_is_not_read_by_another_site(stack):
    """The local page answers by its own name only: a site that points its name at 127.0.0.1 gets nothing."""
    page = stack.settings["ZHIPING_PEERS_URL"]
    assert httpx.get(page).status_code == 200
    assert httpx.get(page, headers={"host": "rebound.example"}).status_code == 400


def test_killed_part_comes_back(stack):
    """A part that is killed is started again with its data."""
    client = Minio(
        stack.settings["ZHIPING_S3_ENDPOINT"],
        stack.settings["ZHIPING_S3_ACCESS_KEY"],
        stack.settings["ZHIPING_S3_SECRET_KEY"],
        secure=False,
        region="us-east-1",
    )
    bucket, body = stack.settings["ZHIPING_S3_BUCKET"], b"kept"
    with (stack.instance.directory("tests") / "kept").open("wb+") as file:
        file.write(body)
        file.seek(0)
        client.put_object(bucket, "launcher/kept", file, len(body))
    killed = stack.kill("objects")
    stack.wait_ready("objects", other_than=killed, seconds=RESTART_SECONDS)
    assert client.get_object(bucket, "launcher/kept").read() == body
