"""Which clients may use which deployments: those that show one of its keys, where it has any."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from policyengine.gateway.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from policyengine.gateway.asking import Asked


class ClientKeys:
    """The keys of all deployments' clients, of which only hashes are kept."""

    def __init__(self, keys: Mapping[str, tuple[SecretStr, ...]]) -> None:
        self._digests = {
            deployment: tuple(_digest(one.get_secret_value()) for one in own)
            for deployment, own in keys.items()
        }

    def admitted(self, asked: Asked, deployment: str) -> Asked:
        """What is asked for, without the key that was shown here; raises Refusal.

        A key in a header of its own leaves the other one to the model, as where there are no keys.
        """
        shown = self._deployments_of(asked)
        if deployment in self._digests and deployment not in shown:
            raise (other_deployment() if shown else unknown_key())
        # One that is known here is no model's, whatever deployment it was shown to.
        return asked.without_key() if shown and asked.client_key is None else asked

    def admit_anywhere(self, asked: Asked) -> None:
        """Raises Refusal unless a key of any deployment is shown, or there are none at all."""
        if self._digests and not self._deployments_of(asked):
            raise unknown_key()

    def _deployments_of(self, asked: Asked) -> set[str]:
        key = asked.key if asked.client_key is None else asked.client_key
        digest = _digest(key or "")
        # All are looked at, each in the same time whether it fits or not.
        return {
            deployment
            for deployment, own in self._digests.items()
            if sum(hmac.compare_digest(digest, one) for one in own)
        }


def unknown_key() -> Refusal:
    """No key, or one that is nobody's."""
    headers = {"www-authenticate": "Bearer"}
    message = "this deployment needs a client's key that is known here"
    return Refusal(401, message, reason="invalid_api_key", headers=headers)


def other_deployment() -> Refusal:
    """A key that is known, for something else."""
    return Refusal(403, "this key is for another deployment", reason="wrong_deployment")


def _digest(key: str) -> bytes:
    # What the environment holds need not be text: os.environ escapes it.
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
