"""A real SMTP server for tests: prints its port, keeps each mail as one JSON line in the file given.

usage: smtp_server.py MAILS [--tls CERTIFICATE KEY] [--login USER PASSWORD]
Recipients "refused@…" get 550, "later@…" 451; data for "toobig@…" gets 552.
"""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Keep:
    def __init__(self, path):
        self.path = path

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            return "451 4.2.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("toobig@"):
            return "552 5.3.4 too big"
        with open(self.path, "a") as out:
            out.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                                  "tls": session.ssl is not None, "login": bool(session.authenticated),
                                  "data": envelope.content.decode("ascii", "replace")}) + "\n")
        return "250 2.0.0 queued as 42"


async def main(arguments):
    options = {}
    if "--tls" in arguments:
        at = arguments.index("--tls")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments[at + 1], arguments[at + 2])
        options = {"tls_context": context, "require_starttls": True}
    if "--login" in arguments:
        at = arguments.index("--login")
        user, password = (word.encode() for word in arguments[at + 1:at + 3])

        def check(server, session, envelope, mechanism, data):
            right = data.login == user and data.password == password
            return AuthResult(success=right, handled=False)

        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    handler = Keep(arguments[0])
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="localhost", **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(sys.argv[1:]))
