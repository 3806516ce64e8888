"""What the pages of the market's people share: who may see them, and how a decision is taken."""

from __future__ import annotations

from storefront.routes.company import CompanyPages, Do, Show

STAFF = "staff"
PAGE_SIZE = 20


class StaffPages(CompanyPages):
    """Pages of the market's people; to everybody else they are refused."""

    folder = "staff"

    @property
    def now(self) -> int:
        return self.shop.options.clock.now()

    def own(self, path: str, show: Show, *roles: str) -> None:
        self.get(path, lambda request: show(request, self.accounts.member(request, STAFF)))

    def decision(self, path: str, back: str, show: Show, do: Do) -> None:
        """A form that wants a second factor given a moment ago."""
        super().deed(path, back, show, do, STAFF, second_factor=True)
