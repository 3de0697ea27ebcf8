"""A blueprint whose routes must say who may use them."""

from collections.abc import Callable

from flask import Blueprint

from c2d.core.permissions import Permission, registry


class Slice(Blueprint):
    """`get`, `post`, `patch`, `delete` demand `needs=`; a bare `route` is refused."""

    def __init__(self, name: str, import_name: str, permissions: tuple[Permission, ...] = (), **options):
        super().__init__(name, import_name, **options)
        registry.declare(permissions)
        self.needs: dict[str, str] = {}

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
        def decorate(view: Callable) -> Callable:
            self.needs[f"{self.name}.{view.__name__}"] = needs
            self.add_url_rule(rule, view.__name__, view, methods=[method], **options)
            return view

        return decorate
