"""All service interfaces of the platform, for the topology, the documents and the contract tests."""

from contracts.base import Contract
from contracts.committee import CommitteeApi
from contracts.declaration import DeclarationApi
from contracts.documents import DocumentsApi
from contracts.identity import IdentityApi
from contracts.notify import NotifyApi
from contracts.review import ReviewApi

CONTRACTS: tuple[type[Contract], ...] = (IdentityApi, DeclarationApi, ReviewApi, CommitteeApi, DocumentsApi, NotifyApi)
