"""The object store: any S3 server through the minio SDK, with nothing beyond the S3 protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from chassis.settings import ObjectStoreSettings
from contracts.errors import WorldFault

PART_BYTES = 5 * 1024 * 1024


class StoreAway(WorldFault):
    """The object store cannot be reached or refuses to work."""


@dataclass(frozen=True)
class Stored:
    """An object in the store: size in bytes and the store's tag of its content."""

    key: str
    size: int
    etag: str


class ObjectStore:
    """The one bucket of the installation; keys begin with what they are for (quarantine/, files/, documents/)."""

    def __init__(self, settings: ObjectStoreSettings) -> None:
        self._bucket = settings.bucket
        self._client = Minio(
            settings.endpoint,
            access_key=settings.access_key.get_secret_value(),
            secret_key=settings.secret_key.get_secret_value(),
            secure=settings.secure,
            region=settings.region,
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=3, read=30),
                maxsize=16,
                retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
            ),
        )

    def put(
        self, key: str, source: BinaryIO, *, size: int = -1, content_type: str = "application/octet-stream"
    ) -> Stored:
        """Store what `source` gives; an unknown size is sent in bounded parts. Raises StoreAway."""
        try:
            result = self._client.put_object(
                self._bucket, key, source, size, content_type=content_type, part_size=0 if size >= 0 else PART_BYTES
            )
            return Stored(key, self.stat(key).size if size < 0 else size, result.etag or "")
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            raise StoreAway() from error

    def stat(self, key: str) -> Stored:
        """Size and tag of an object. Raises KeyError where there is none, StoreAway."""
        try:
            found = self._client.stat_object(self._bucket, key)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject"):
                raise KeyError(key) from None
            raise StoreAway() from error
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            raise StoreAway() from error
        return Stored(key, found.size or 0, found.etag or "")

    def read(self, key: str, *, offset: int = 0, length: int = 0, chunk: int = 256 * 1024) -> Iterator[bytes]:
        """The bytes of an object, from `offset`, `length` of them (0 = all). Raises KeyError, StoreAway."""
        response = None
        try:
            response = self._client.get_object(self._bucket, key, offset=offset, length=length)
            yield from response.stream(chunk)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject"):
                raise KeyError(key) from None
            raise StoreAway() from error
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            raise StoreAway() from error
        finally:
            if response is not None:
                response.close()
                response.release_conn()

    def remove(self, key: str) -> None:
        """Delete an object; harmless when it is gone. Raises StoreAway."""
        try:
            self._client.remove_object(self._bucket, key)
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            raise StoreAway() from error
