"""How a page of a list is asked for in an address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from contracts.base import PageRequest

Paging = Annotated[PageRequest, Query()]


class FilteredPage(PageRequest):
    """A page with filters: the query of a list is one closed model, so a misspelt filter is refused."""

    def only_page(self) -> PageRequest:
        """The page without the filters."""
        return PageRequest(page=self.page, size=self.size)
