"""A blueprint whose routes must say who may use them.

`needs` is a permission or a marker. `staff=False`: not for platform staff inside a company by technical access
(passwords, secrets, money). `unsecured=True`: also for who still has to set up the second factor their company wants.
"""

from collections.abc import Callable

from flask import Blueprint

from c2d.core.permissions import Permission, registry


class Slice(Blueprint):
    """`get`, `post`, `patch`, `delete` demand `needs=`; a bare `route` is refused."""

    def __init__(self, name: str, import_name: str, permissions: tuple[Permission, ...] = (), **options):
        super().__init__(name, import_name, **options)
        registry.declare(permissions)
        self.needs: dict[str, str] = {}
        self.closed_to_staff: set[str] = set()
        self.unsecured: set[str] = set()

    def route(self, *args, **kwargs):
        raise TypeError("use get/post/patch/delete with needs=")

    def get(self, rule: str, *, needs: str, **options) -> Callable:
        return self._declare("GET", rule, needs, options)

    def post(self, rule: str, *, needs: str, **options) -> Callable:
        return self._declare("POST", rule, needs, options)

    def patch(self, rule: str, *, needs: str, **options) -> Callable:
        return self._declare("PATCH", rule, needs, options)

    def delete(self, rule: str, *, needs: str, **options) -> Callable:
        return self._declare("DELETE", rule, needs, options)

    def _declare(self, method: str, rule: str, needs: str, options: dict) -> Callable:
        staff, unsecured = options.pop("staff", True), options.pop("unsecured", False)

        def decorate(view: Callable) -> Callable:
            endpoint = f"{self.name}.{view.__name__}"
            self.needs[endpoint] = needs
            if not staff:
                self.closed_to_staff.add(endpoint)
            if unsecured:
                self.unsecured.add(endpoint)
            self.add_url_rule(rule, view.__name__, view, methods=[method], **options)
            return view

        return decorate
