"""Mistakes that people make in an inventory, each with the place and the answer that they get."""

from __future__ import annotations

from dataclasses import dataclass

from tests.policies.inventory.conftest import edited


@dataclass(frozen=True, slots=True)
class Mistake:
    """A passage of the base inventory, what somebody writes instead, and the answer."""

    name: str
    old: str
    new: str
    answer: str
    appended: str = ""

    @property
    def text(self) -> str:
        return edited(self.old, self.new) + self.appended


ID = 'id: "111122223333"'
HUB_REGION = "region: us-east-1"
REGIONS = "[us-east-1, eu-west-1]"
TRACING = "tracing: false"
TRAIL = "    trail:\n      mode: create\n      expire_days: 365\n"
SUBSCRIPTION = "\n    - protocol: email\n      endpoint: security@example.com\n"
ACCOUNTS = f"""
  - {ID}
    name: production
    regions: {REGIONS}
{TRAIL}"""

ROLE_ARN = (
    "a role is named by its ARN with its path, such as arn:aws:iam::111122223333:role/ops/queue-drainer"
)
PRINCIPAL_ARN = (
    "a principal is the ARN of a user or a role with its path, such as arn:aws:iam::111122223333:user/alice"
)
WILDCARD = "is open to whoever creates something that matches: write each ARN in full"
EXEMPT = "prevention.exempt_roles[0]"
BREAK_GLASS = "  break_glass: {principals: [arn:aws:iam::111122223333:user/alice]}"
DEPLOYERS = (
    "  deployer_roles: [arn:aws:iam::111122223333:role/deployer, arn:aws:iam::222233334444:role/deployer]"
)
PREVENTION = f"{BREAK_GLASS}\n{DEPLOYERS}"
PREVENTS = f"prevention:\n{PREVENTION}\n"

PREVENTS_NOTHING = "empty: this prevents nothing: write what it is to prevent, or leave the key out"
UNQUOTED = "without quotes, YAML does not take this for text: write"
ACCOUNT_ID = 'an account id is twelve digits in quotes, such as "111122223333"'
NAME = (
    "a name begins with a letter or digit and goes on with letters, digits, spaces, points, hyphens and"
    " underscores"
)
TRAIL_NAME = (
    "a trail is its name or its ARN; the name is letters and digits, with single points, hyphens or"
    " underscores between them"
)
PREFIX = "a prefix is a path such as audit/cloudtrail, without a slash at either end"
EMAIL = "an email address looks like security@example.com"
URL = "a URL looks like https://example.com/alerts: encrypted, with a host, and no password in it"
QUEUE = (
    "a queue is named by its ARN, such as arn:aws:sqs:us-east-1:111122223333:alerts; a FIFO queue will not"
    " do, because a standard topic does not deliver to one"
)
FUNCTION = (
    "a function is named by its ARN, such as arn:aws:lambda:us-east-1:111122223333:function:page-someone"
)
RETENTIONS = (
    "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"
)
STACK_NAME = "a stack has this name, which commands would take it for: write another"
NO_ACCOUNT = "AWS gives no account this id: write the account's own"
UNREACHABLE = "SNS posts from the internet, where this host is not: write a public one"
NO_SUCH_REGION = "is not a region that the installed boto3 knows: write"


def _account_id(written: str, answer: str) -> Mistake:
    return Mistake(f"account id {written}", ID, f"id: {written}", f"16:9: accounts[0].id: {answer}")


def _account_name(name: str, written: str, answer: str) -> Mistake:
    return Mistake(name, "name: production", f"name: {written}", f"17:11: accounts[0].name: {answer}")


def _region(name: str, written: str, answer: str) -> Mistake:
    return Mistake(name, REGIONS, f"[us-east-1, {written}]", f"18:26: accounts[0].regions[1]: {answer}")


def _trail(name: str, written: str, answer: str) -> Mistake:
    return Mistake(name, TRAIL, f"    trail: {written}\n", f"19:{answer}")


def _created_trail(name: str, written: str, answer: str) -> Mistake:
    return Mistake(name, "expire_days: 365", written, f"21:{answer}")


def _endpoint(name: str, protocol: str, endpoint: str, answer: str) -> Mistake:
    return Mistake(
        name,
        SUBSCRIPTION,
        f"\n    - protocol: {protocol}\n      endpoint: {endpoint}\n",
        f"11:17: alerts.subscriptions[0].endpoint: {answer}",
    )


def _subscriptions(name: str, written: str, answer: str) -> Mistake:
    return Mistake(name, SUBSCRIPTION, f" {written}\n", f"9:{answer}")


def _alerts(name: str, written: str, answer: str) -> Mistake:
    return Mistake(name, TRACING, written, f"14:{answer}")


def _prevention(name: str, written: str, answer: str) -> Mistake:
    """A mistake in the section prevention, whose first line is the 23rd of the file."""
    return Mistake(name, "tags:\n", f"prevention:\n{written}\ntags:\n", f"{answer}")


def _exempt(name: str, written: str, answer: str) -> Mistake:
    return _prevention(name, f"  exempt_roles: [{written}]\n{PREVENTION}", f"23:18: {EXEMPT}: {answer}")


def _principal(name: str, written: str, answer: str) -> Mistake:
    text = f"  break_glass: {{principals: [{written}]}}\n{DEPLOYERS}"
    return _prevention(name, text, f"23:30: prevention.break_glass.principals[0]: {answer}")


def _protected(name: str, written: str, answer: str) -> Mistake:
    """A mistake in the prevention of the account, which is one line before that of everybody."""
    section = f"    prevention: {{{written}}}\nprevention:\n{PREVENTION}\n"
    column, _, message = answer.partition(": ")
    place = f"22:{column}: accounts[0].prevention"
    return Mistake(name, "tags:\n", f"{section}tags:\n", f"{place}.{message}")


def _policies(name: str, written: str, answer: str) -> Mistake:
    """A mistake in the organization's policies, in an inventory that says who may still purge."""
    manager = 'management_account: "999988887777"\n'
    column, _, message = answer.partition(": ")
    place = f"5:{column}: organization.policies"
    return Mistake(name, manager, f"{manager}  policies: {{{written}}}\n", f"{place}.{message}", PREVENTS)


def _tags(name: str, written: str, answer: str) -> Mistake:
    return Mistake(name, "  owner: security", f"  {written}", f"23:{answer}")


STRUCTURAL = (
    _account_id("012345671234", f'{UNQUOTED} "012345671234"'),
    _account_id("011122223333", f'{UNQUOTED} "011122223333"'),
    _account_id("089911223344", f'{UNQUOTED} "089911223344"'),
    _account_id("111122223333", f'{UNQUOTED} "111122223333"'),
    _account_id("0123_4567", f"0123_4567: {ACCOUNT_ID}"),
    _account_id("1.2e3", f"1.2e3: {ACCOUNT_ID}"),
    _account_id("11112222333", f"11112222333: {ACCOUNT_ID}"),
    _account_id('"11112222333"', f'"11112222333": {ACCOUNT_ID}'),
    _account_id('"1111-2222-3333"', f'"1111-2222-3333": {ACCOUNT_ID}'),
    _account_id('"١١١١٢٢٢٢٣٣٣٣"', f'"١١١١٢٢٢٢٣٣٣٣": {ACCOUNT_ID}'),
    _account_id("[a]", "write text here, not a list or a mapping"),
    Mistake("empty account id", ID, "id:", '16:8: accounts[0].id: empty: write id: "111122223333"'),
    Mistake("version 2", "version: 1", "version: 2", "1:10: version: write 1: this release reads no other"),
    Mistake(
        "version text", "version: 1", 'version: "1"', "1:10: version: write 1: this release reads no other"
    ),
    Mistake(
        "version true", "version: 1", "version: true", "1:10: version: write 1: this release reads no other"
    ),
    Mistake(
        "no version",
        "version: 1\n",
        "",
        "1:1: version: missing: write version: 1. The version of this file format.",
    ),
    Mistake(
        "organization id",
        "o-exampleorgid",
        "r-example",
        '3:7: organization.id: "r-example": an organization id is o- and 10 to 32 small letters or digits,'
        " such as o-exampleorgid",
    ),
    Mistake(
        "hub as a word",
        'hub:\n  account: "222233334444"\n  region: us-east-1',
        "hub: us-east-1",
        '5:6: hub: this is a mapping: write hub: {"account": "111122223333", "region": "us-east-1"}',
    ),
    Mistake(
        "no trail",
        TRAIL,
        "",
        '16:5: accounts[0].trail: missing: write trail: {"mode": "create"}.'
        " Which trail records the account's API calls. Without a trail no rule ever fires.",
    ),
    _trail(
        "trail as a word", "create", "12: accounts[0].trail: this is a mapping: write trail: {mode: create}"
    ),
    _trail("empty trail", "", '11: accounts[0].trail: empty: write trail: {"mode": "create"}'),
    _trail(
        "trail as a list", "[]", '12: accounts[0].trail: this is a mapping: write trail: {"mode": "create"}'
    ),
    _trail(
        "unknown trail mode", "{mode: creat}", "19: accounts[0].trail.mode: there is no creat: write create"
    ),
    _trail(
        "trail mode as a number",
        "{mode: 7}",
        "19: accounts[0].trail.mode: write one of create, existing, organization",
    ),
    _trail(
        "no trail mode",
        "{}",
        "12: accounts[0].trail.mode: missing: write one of create, existing, organization",
    ),
    _trail(
        "existing trail without name",
        "{mode: existing}",
        '12: accounts[0].trail.name: missing: write name: "management-events". The trail\'s name or ARN.',
    ),
    _trail(
        "key of another trail mode",
        "{mode: organization, expire_days: 365}",
        "33: accounts[0].trail.expire_days: there is no such key here: remove it;"
        " the keys here are mode, name",
    ),
    _trail(
        "short trail name",
        "{mode: existing, name: ab}",
        "35: accounts[0].trail.name: write at least 3 characters",
    ),
    _trail(
        "two hyphens in a row",
        "{mode: existing, name: my--trail}",
        f'35: accounts[0].trail.name: "my--trail": {TRAIL_NAME}',
    ),
    _created_trail(
        "prefix with slash", "prefix: /audit/", f'15: accounts[0].trail.prefix: "/audit/": {PREFIX}'
    ),
    _created_trail(
        "prefix with a wildcard", 'prefix: "audit/*"', f'15: accounts[0].trail.prefix: "audit/*": {PREFIX}'
    ),
    _created_trail(
        "long prefix",
        f"prefix: {'a' * 201}",
        "15: accounts[0].trail.prefix: write at most 200 characters; these are 201",
    ),
    _created_trail(
        "days as text", 'expire_days: "365"', "20: accounts[0].trail.expire_days: write 365, without quotes"
    ),
    _created_trail(
        "days as octal",
        "expire_days: 0365",
        "20: accounts[0].trail.expire_days: write a whole number in plain digits, such as 90",
    ),
    _created_trail(
        "days in base 60",
        "expire_days: 1:30",
        "20: accounts[0].trail.expire_days: write a whole number in plain digits, such as 90",
    ),
    _created_trail("no days", "expire_days: 0", "20: accounts[0].trail.expire_days: write 1 or more"),
    _created_trail(
        "many days", "expire_days: 36501", "20: accounts[0].trail.expire_days: write 36500 or less"
    ),
    Mistake(
        "regions as a word",
        REGIONS,
        "us-east-1",
        "18:14: accounts[0].regions: this is a list: write regions: [us-east-1]",
    ),
    Mistake(
        "regions as a mapping",
        REGIONS,
        "{us-east-1: true}",
        '18:14: accounts[0].regions: this is a list: write regions: ["us-east-1"]',
    ),
    Mistake("no regions", REGIONS, "[]", '18:14: accounts[0].regions: empty: write regions: ["us-east-1"]'),
    _region("region as a number", "1", 'write "us-east-1"'),
    _region("region in capitals", "EU_West_1", f'"EU_West_1" {NO_SUCH_REGION} eu-west-1'),
    _region("a city", "Dublin", f'"Dublin" {NO_SUCH_REGION} a code such as us-east-1, or upgrade boto3'),
    Mistake(
        "key misspelt",
        "regions:",
        "Regoins:",
        "18:5: accounts[0].Regoins: there is no such key: write regions",
    ),
    _alerts(
        "key from nowhere",
        "colour: red",
        "3: alerts.colour: there is no such key here: remove it; the keys here are subscriptions,"
        " runbook_url, remember_days, log_retention_days, reserved_concurrency, geoip_layer, tracing,"
        " json_format, chat, security_hub, events",
    ),
    _account_name("name with a slash", "prod/eu", f'"prod/eu": {NAME}'),
    _account_name("name with a space at its end", '"prod "', f'"prod ": {NAME}'),
    _account_name("long name", "p" * 65, "write at most 64 characters; these are 65"),
    _account_name("name in truth", "yes", f'{UNQUOTED} "yes"'),
    Mistake(
        "no accounts",
        ACCOUNTS,
        " []\n",
        '15:11: accounts: empty: write accounts: [{"id": "111122223333", "name": "production",'
        ' "regions": ["us-east-1"], "trail": {"mode": "create"}}]',
    ),
    Mistake(
        "an account as a word",
        ACCOUNTS,
        ' ["111122223333"]\n',
        '15:12: accounts[0]: this is a mapping: write {"id": "111122223333", "name": "production",'
        ' "regions": ["us-east-1"], "trail": {"mode": "create"}}',
    ),
    _subscriptions(
        "nobody subscribed",
        "[]",
        "18: alerts.subscriptions: empty: write subscriptions:"
        ' [{"protocol": "email", "endpoint": "security@example.com"}]',
    ),
    _subscriptions(
        "a subscription as a word",
        "[security@example.com]",
        "19: alerts.subscriptions[0]: this is a mapping: write"
        ' {"protocol": "email", "endpoint": "security@example.com"}',
    ),
    _subscriptions(
        "protocol in capitals",
        "[{protocol: Email, endpoint: security@example.com}]",
        "30: alerts.subscriptions[0].protocol: there is no Email: write email",
    ),
    _subscriptions(
        "unknown protocol",
        "[{protocol: pager, endpoint: security@example.com}]",
        "30: alerts.subscriptions[0].protocol: write one of email, https, sqs, lambda",
    ),
    _endpoint("address without domain", "email", "security", f'"security": {EMAIL}'),
    _endpoint("address without dot", "email", "security@localhost", f'"security@localhost": {EMAIL}'),
    _endpoint("long address", "email", f"s@{'e' * 250}.com", "write at most 254 characters; these are 256"),
    _endpoint("plain http", "https", "http://example.com/", f'"http://example.com/": {URL}'),
    _endpoint("no host", "https", "https:///alerts", f'"https:///alerts": {URL}'),
    _endpoint("password", "https", "https://a:b@example.com", f'"https://a:b@example.com": {URL}'),
    _endpoint(
        "queue by its URL",
        "sqs",
        "https://sqs.us-east-1.amazonaws.com/111122223333/a",
        f'"https://sqs.us-east-1.amazonaws.com/111122223333/a": {QUEUE}',
    ),
    _endpoint(
        "FIFO queue",
        "sqs",
        "arn:aws:sqs:us-east-1:111122223333:a.fifo",
        f'"arn:aws:sqs:us-east-1:111122223333:a.fifo": {QUEUE}',
    ),
    _endpoint("function by its name", "lambda", "page-someone", f'"page-someone": {FUNCTION}'),
    _alerts("runbook over http", "runbook_url: http://x/", f'16: alerts.runbook_url: "http://x/": {URL}'),
    _alerts("reserved zero", "reserved_concurrency: 0", "25: alerts.reserved_concurrency: write 4 or more"),
    _alerts(
        "reserved too few", "reserved_concurrency: 3", "25: alerts.reserved_concurrency: write 4 or more"
    ),
    _alerts(
        "layer without its version",
        "geoip_layer: arn:aws:lambda:us-east-1:111122223333:layer:geoip",
        '16: alerts.geoip_layer: "arn:aws:lambda:us-east-1:111122223333:layer:geoip": a layer is named by the'
        " ARN of its version, such as arn:aws:lambda:us-east-1:111122223333:layer:geoip:3",
    ),
    _alerts("truth of YAML 1.1", "tracing: on", "12: alerts.tracing: write true"),
    _alerts("truth in quotes", 'tracing: "no"', "12: alerts.tracing: write false"),
    _alerts("no truth at all", "tracing: maybe", "12: alerts.tracing: write true or false"),
    Mistake(
        "retention that CloudWatch Logs does not offer",
        "log_retention_days: 365",
        "log_retention_days: 100",
        f"13:23: alerts.log_retention_days: write 120: the possible values are {RETENTIONS}",
    ),
    Mistake(
        "retention beyond ten years",
        "log_retention_days: 365",
        "log_retention_days: 9999",
        f"13:23: alerts.log_retention_days: write 3653: the possible values are {RETENTIONS}",
    ),
    Mistake(
        "retention as truth",
        "log_retention_days: 365",
        "log_retention_days: true",
        f"13:23: alerts.log_retention_days: write one of {RETENTIONS}",
    ),
    Mistake(
        "retention as a word",
        "log_retention_days: 365",
        "log_retention_days: forever",
        f"13:23: alerts.log_retention_days: write one of {RETENTIONS}",
    ),
    Mistake(
        "tags as a list",
        "tags:\n  owner: security",
        "tags: [owner]",
        '22:7: tags: this is a mapping: write tags: {"owner": "security"}',
    ),
    Mistake(
        "many tags",
        "  owner: security",
        "\n".join(f"  tag{number}: x" for number in range(46)),
        "23:3: tags: keep at most 45 of these",
    ),
    _prevention(
        "nobody may purge",
        DEPLOYERS,
        '23:3: prevention.break_glass: missing: write break_glass: {"principals":'
        ' ["arn:aws:iam::111122223333:user/alice"]}. The role by which people purge in an emergency.',
    ),
    _prevention(
        "nobody may deploy",
        BREAK_GLASS,
        "23:3: prevention.deployer_roles: missing: write deployer_roles:"
        ' ["arn:aws:iam::111122223333:role/purge-guard-deployer"]. The roles that deploy purge-guard, at'
        " least one in each account. They may change it, and not purge.",
    ),
    _prevention(
        "one set as a word",
        f"  deny: purge\n{PREVENTION}",
        "23:9: prevention.deny: this is a list: write deny: [purge]",
    ),
    _prevention(
        "no set as a word",
        f"  deny: everything\n{PREVENTION}",
        '23:9: prevention.deny: this is a list: write deny: ["purge"]',
    ),
    _prevention(
        "a set misspelt",
        f"  deny: [purge, guard_tempering]\n{PREVENTION}",
        "23:17: prevention.deny[1]: write guard-tampering",
    ),
    _prevention(
        "a set from nowhere",
        f"  deny: [purge, 7]\n{PREVENTION}",
        "23:17: prevention.deny[1]: write one of purge, purge-equivalents, guard-tampering",
    ),
    _prevention(
        "MFA of any age",
        f"{BREAK_GLASS[:-1]}, mfa_max_age_minutes: 0}}\n{DEPLOYERS}",
        "23:90: prevention.break_glass.mfa_max_age_minutes: write 1 or more",
    ),
    _exempt("a role by its name", "drainer", f'"drainer": {ROLE_ARN}'),
    _exempt(
        "a user who is exempt",
        "arn:aws:iam::111122223333:user/bob",
        f'"arn:aws:iam::111122223333:user/bob": {ROLE_ARN}',
    ),
    _exempt(
        "eleven digits in an ARN",
        "arn:aws:iam::11112222333:role/drainer",
        f'"arn:aws:iam::11112222333:role/drainer": {ROLE_ARN}',
    ),
    _exempt(
        "a policy variable in an ARN",
        '"arn:aws:iam::111122223333:role/${aws:username}"',
        f'"arn:aws:iam::111122223333:role/${{aws:username}}": {ROLE_ARN}',
    ),
    _principal(
        "a whole account",
        "arn:aws:iam::111122223333:root",
        f'"arn:aws:iam::111122223333:root": {PRINCIPAL_ARN}',
    ),
    _protected(
        "a role to attach to by its path",
        "attach_to: {roles: [ops/admin]}",
        '38: attach_to.roles[0]: "ops/admin": a role\'s name has no path, and up to 64 letters, digits and'
        " +=,.@_-: write such as queue-admin",
    ),
    _protected(
        "a group to attach to by its ARN",
        'attach_to: {groups: ["arn:aws:iam::111122223333:group/a"]}',
        '39: attach_to.groups[0]: "arn:aws:iam::111122223333:group/a": the name of a user'
        " or group has no path, and up to 128 letters, digits and +=,.@_-: write such as administrators",
    ),
    _protected(
        "a queue by its name",
        "queues: [orders]",
        '27: queues[0]: "orders": a queue is named by its ARN, such as'
        " arn:aws:sqs:us-east-1:111122223333:orders",
    ),
    _protected(
        "a key by its alias",
        "queue_keys: [alias/orders]",
        '31: queue_keys[0]: "alias/orders": a key is named by its own ARN, not its alias,'
        " such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
    _protected(
        "a key by half of its id",
        "queue_keys: [arn:aws:kms:us-east-1:111122223333:key/1234abcd]",
        '31: queue_keys[0]: "arn:aws:kms:us-east-1:111122223333:key/1234abcd": a key is named by its own ARN,'
        " not its alias, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
    _prevention(
        "an exempt role without a list",
        f"  exempt_roles: arn:aws:iam::111122223333:role/drainer\n{PREVENTION}",
        "23:17: prevention.exempt_roles: this is a list: write exempt_roles:"
        ' ["arn:aws:iam::111122223333:role/drainer"]',
    ),
    _exempt("a list in a list", "[a]", 'write "arn:aws:iam::111122223333:role/ops/queue-drainer"'),
    _protected(
        "roles without their key",
        "attach_to: [admin]",
        "29: attach_to: this is a mapping: its keys are roles, groups, users",
    ),
    _policies(
        "a target by its name",
        "scp_targets: [Production]",
        '28: scp_targets[0]: "Production": a target is the id of an OU, such as'
        ' ou-abcd-11112222, or an account id in quotes, such as "111122223333"',
    ),
    _policies(
        "the root in other words",
        'scp_targets: [r-abcd], root: "yes"',
        "43: root: write bind every account at once",
    ),
    _tags("date as a tag", "reviewed: 2026-01-01", f'13: tags.reviewed: {UNQUOTED} "2026-01-01"'),
    _tags("truth as a tag", "critical: yes", f'13: tags.critical: {UNQUOTED} "yes"'),
    _tags("number as a tag", "cost_center: 0042", f'16: tags.cost_center: {UNQUOTED} "0042"'),
    _tags("tag without value", "owner:", "9: tags.owner: empty: write a value, or leave the key out"),
    _tags("tag without key", '"": x', '3: tags[""]: write at least 1 characters'),
    _tags(
        "long tag key",
        f"{'k' * 129}: x",
        f'3: tags["{"k" * 60}…"]: write at most 128 characters; these are 129',
    ),
    _tags("long tag", f"owner: {'x' * 257}", "10: tags.owner: write at most 256 characters; these are 257"),
    _tags(
        "tag of AWS",
        '"AWS:owner": x',
        '3: tags["AWS:owner"]: AWS keeps tags that begin with aws: to itself: rename it',
    ),
)
"""What is wrong by the look of one value: the JSON Schema refuses these too."""

BY_KNOWLEDGE = (
    _region("region misspelt", "eu-wets-1", f'"eu-wets-1" {NO_SUCH_REGION} eu-west-1'),
    Mistake(
        "swapped letters",
        HUB_REGION,
        "region: us-esat-1",
        f'7:11: hub.region: "us-esat-1" {NO_SUCH_REGION} us-east-1',
    ),
    Mistake(
        "partition that is not supported",
        HUB_REGION,
        "region: eusc-de-east-1",
        "7:11: hub.region: eusc-de-east-1 lies in the partition aws-eusc, which purge-guard does not support",
    ),
    _account_name(
        "name like an id", '"444455556666"', "a name of twelve digits would be taken for an account id"
    ),
    *(
        _account_name(f"name like the stack {name}", name, STACK_NAME)
        for name in ("hub", "Organization", "account-444455556666", "ACCOUNT-111122223333")
    ),
    _account_id('"000000000000"', NO_ACCOUNT),
    Mistake(
        "management account that is none",
        '"999988887777"',
        '"000000000000"',
        f"4:23: organization.management_account: {NO_ACCOUNT}",
    ),
    _exempt("a role of no account", "arn:aws:iam::000000000000:role/drainer", NO_ACCOUNT),
    _principal("a user of no account", "arn:aws:iam::000000000000:user/alice", NO_ACCOUNT),
    _endpoint("queue of no account", "sqs", "arn:aws:sqs:us-east-1:000000000000:alerts", NO_ACCOUNT),
    _policies(
        "a target that is no account", 'scp_targets: ["000000000000"]', f"28: scp_targets[0]: {NO_ACCOUNT}"
    ),
    *(
        _endpoint(f"web service at {host}", "https", f"https://{host}/alerts", UNREACHABLE)
        for host in (
            "localhost",
            "LOCALHOST:8443",
            "alerts.localhost",
            "intranet",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "10.0.0.1:8443",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.7",
            "224.0.0.1",
        )
    ),
    _trail(
        "long trail name",
        f"{{mode: existing, name: {'t' * 129}}}",
        "35: accounts[0].trail.name: a trail's name has 3 to 128 characters, and this one 129",
    ),
    _endpoint(
        "queue in no region",
        "sqs",
        "arn:aws:sqs:us-esat-1:111122223333:alerts",
        f'"us-esat-1" {NO_SUCH_REGION} us-east-1',
    ),
    _endpoint(
        "ARN of another partition than its region",
        "sqs",
        "arn:aws:sqs:cn-north-1:111122223333:alerts",
        "cn-north-1 lies in the partition aws-cn: write arn:aws-cn: at the beginning",
    ),
    _exempt(
        "a role by its session",  # E14
        "arn:aws:sts::111122223333:assumed-role/BreakGlass/alice",
        "a session's ARN never matches: write the role's, arn:aws:iam::111122223333:role/BreakGlass, with the"
        " path if the role has one",
    ),
    _principal(
        "a principal by its session",
        "arn:aws:sts::111122223333:assumed-role/on-call",
        "a session's ARN never matches: write the role's, arn:aws:iam::111122223333:role/on-call, with the"
        " path if the role has one",
    ),
    _principal(
        "the break-glass role as its own principal",
        "arn:aws:iam::222233334444:role/purge-guard-break-glass",
        "this is the role itself, which nobody could enter: name who enters it",
    ),
    _exempt(
        "a role with a path that is too long",
        f"arn:aws:iam::111122223333:role/{'p' * 511}/drainer",
        "IAM allows a path 512 characters, and this one has 513: copy the ARN from IAM",
    ),
    _exempt(
        "a role of every account",
        '"arn:aws:iam::*:role/drainer"',
        f'"arn:aws:iam::*:role/drainer" {WILDCARD}',
    ),
    _exempt(
        "a role of many names",
        '"arn:aws:iam::111122223333:role/drainer?"',
        f'"arn:aws:iam::111122223333:role/drainer?" {WILDCARD}',
    ),
    _protected(
        "every queue",
        'queues: ["arn:aws:sqs:us-east-1:111122223333:*"]',
        f'27: queues[0]: "arn:aws:sqs:us-east-1:111122223333:*" {WILDCARD}',
    ),
    _protected(
        "a role of a permission set",
        "attach_to: {roles: [AWSReservedSSO_Admin_0123456789abcdef]}",
        "38: attach_to.roles[0]: only IAM Identity Center can attach policies to this role:"
        " name purge-guard-deny in its permission set",
    ),
    _protected(
        "a service-linked role",
        "attach_to: {roles: [AWSServiceRoleForSupport]}",
        "38: attach_to.roles[0]: nobody can attach policies to a service-linked role: remove it",
    ),
    _tags(
        "our own tag",
        "Managed-By: me",
        "3: tags.Managed-By: purge-guard sets this tag itself: rename it, or remove it",
    ),
    _tags(
        "tag with a dollar",
        "owner: ${x}",
        '10: tags.owner: a tag is made of letters, digits, spaces and _ . : / = + - @: replace the "$"',
    ),
)
"""What only somebody sees who knows AWS."""

BETWEEN = (
    _endpoint(
        "the function that sends the alerts",
        "lambda",
        "arn:aws:lambda:us-east-1:222233334444:function:purge-guard-alert",
        "this is purge-guard's own, and would be told of its own alerts without end: remove it",
    ),
    _endpoint(
        "a queue of the function's own",
        "sqs",
        "arn:aws:sqs:us-east-1:222233334444:purge-guard-digest",
        "this is purge-guard's own, and would be told of its own alerts without end: remove it",
    ),
    _alerts(
        "layer of another region",
        "geoip_layer: arn:aws:lambda:eu-west-1:111122223333:layer:geoip:3",
        "16: alerts.geoip_layer: a function uses layers of its own region: publish it in the hub's,"
        " us-east-1",
    ),
    Mistake(
        "region twice",
        REGIONS,
        "[us-east-1, us-east-1]",
        "18:26: accounts[0].regions[1]: this repeats accounts[0].regions[0]: keep one of the two",
    ),
    Mistake(
        "account id twice",
        "tags:\n",
        '  - {id: "111122223333", name: copy, regions: [us-east-1], trail: {mode: create}}\ntags:\n',
        "22:10: accounts[1].id: this repeats accounts[0].id: keep one of the two",
    ),
    Mistake(
        "account name twice, but for capitals",
        "tags:\n",
        '  - {id: "444455556666", name: Production, regions: [us-east-1], trail: {mode: create}}\ntags:\n',
        "22:32: accounts[1].name: this repeats accounts[0].name: keep one of the two",
    ),
    Mistake(
        "endpoint twice",
        SUBSCRIPTION,
        SUBSCRIPTION + SUBSCRIPTION[1:],
        "13:17: alerts.subscriptions[1].endpoint: this repeats alerts.subscriptions[0].endpoint:"
        " keep one of the two",
    ),
    Mistake(
        "tag twice, but for capitals",
        "  owner: security",
        "  owner: security\n  Owner: platform",
        "24:10: tags.Owner: this repeats tags.owner: keep one of the two",
    ),
    Mistake(
        "home region that is not watched",
        f"regions: {REGIONS}",
        f"regions: {REGIONS}\n    home_region: eu-west-2",
        "19:18: accounts[0].home_region: the trail cannot be outside the account's regions:"
        " write us-east-1 or eu-west-1",
    ),
    Mistake(
        "home region that cannot be guessed",
        REGIONS,
        "[eu-west-1, eu-west-2]",
        "16:5: accounts[0].home_region: missing: none of several regions is the hub's:"
        " write home_region: eu-west-1 or eu-west-2",
    ),
    Mistake(
        "region of another partition",
        REGIONS,
        "[us-east-1, cn-north-1]",
        "18:26: accounts[0].regions[1]: this region lies in the partition aws-cn and the hub in aws,"
        " and nothing crosses: write an inventory for each partition",
    ),
    _endpoint(
        "queue of another partition",
        "sqs",
        "arn:aws-cn:sqs:cn-north-1:111122223333:alerts",
        "this ARN lies in the partition aws-cn and the hub in aws,"
        " and nothing crosses: write an inventory for each partition",
    ),
    _exempt(
        "a role of another partition",
        "arn:aws-cn:iam::111122223333:role/drainer",
        "this ARN lies in the partition aws-cn and the hub in aws,"
        " and nothing crosses: write an inventory for each partition",
    ),
    _prevention(
        "a role twice",
        "  exempt_roles: [arn:aws:iam::111122223333:role/a, arn:aws:iam::111122223333:role/a]\n" + PREVENTION,
        "23:52: prevention.exempt_roles[1]: this repeats prevention.exempt_roles[0]: keep one of the two",
    ),
    _prevention(
        "a set twice",
        f"  deny: [purge, purge]\n{PREVENTION}",
        "23:17: prevention.deny[1]: this repeats prevention.deny[0]: keep one of the two",
    ),
    _prevention(
        "everything but the purge",
        f"  deny: [guard-tampering]\n{PREVENTION}",
        "23:9: prevention.deny: without it, whoever may purge would need none of the rest: add purge",
    ),
    _prevention(
        "an account without deployer",
        f"{BREAK_GLASS}\n  deployer_roles: [arn:aws:iam::222233334444:role/deployer]",
        "24:19: prevention.deployer_roles: nobody could deploy purge-guard in 111122223333 any more: add its"
        " deployer's ARN",
    ),
    _protected(
        "somebody twice",
        "attach_to: {users: [bob, bob]}",
        "43: attach_to.users[1]: this repeats accounts[0].prevention.attach_to.users[0]: keep one of the two",
    ),
    _protected(
        "a queue of another account",
        "queues: [arn:aws:sqs:us-east-1:444455556666:orders]",
        "27: queues[0]: this is of the account 444455556666: write it there",
    ),
    _protected(
        "a queue of a region that is not watched",
        "queues: [arn:aws:sqs:eu-west-2:111122223333:orders]",
        "27: queues[0]: eu-west-2 is none of the account's regions: add it, or remove the queue",
    ),
    _protected(
        "a key of another account",
        "queue_keys: [arn:aws:kms:us-east-1:444455556666:key/mrk-1234abcd12ab34cd56ef1234567890ab]",
        "31: queue_keys[0]: this is of the account 444455556666: write it there",
    ),
    _policies(
        "the root without a word",
        "rcp_targets: [r-abcd]",
        "28: rcp_targets[0]: begin with one account or a small OU, or write root: bind every account at once",
    ),
    _policies(
        "a root that is none",
        "rcp_targets: [r-abc]",
        '28: rcp_targets[0]: "r-abc": a target is the id of an OU, such as ou-abcd-11112222, or an account id'
        ' in quotes, such as "111122223333"',
    ),
    Mistake(
        "a section prevention of which all is a comment",
        "tags:\n",
        "prevention:\n#  break_glass:\ntags:\n",
        f"22:12: prevention: {PREVENTS_NOTHING}",
    ),
    Mistake(
        "an account's prevention that is empty",
        "tags:\n",
        f"    prevention:\n{PREVENTS}tags:\n",
        f"22:16: accounts[0].prevention: {PREVENTS_NOTHING}",
    ),
    Mistake(
        "policies of the organization that are empty",
        'management_account: "999988887777"\n',
        'management_account: "999988887777"\n  policies:\n',
        f"5:12: organization.policies: {PREVENTS_NOTHING}",
        PREVENTS,
    ),
    _policies(
        "the management account as a target",
        'scp_targets: ["999988887777"]',
        "28: scp_targets[0]: such policies have no effect in the management account: remove it",
    ),
    Mistake(
        "queues protected from nobody in particular",
        "tags:\n",
        "    prevention: {queues: []}\ntags:\n",
        "22:17: accounts[0].prevention: this needs the section prevention, which says who may still purge:"
        " write that",
    ),
    Mistake(
        "policies for nobody in particular",
        'management_account: "999988887777"',
        'management_account: "999988887777"\n  policies: {}',
        "5:13: organization.policies: this needs the section prevention, which says who may still purge:"
        " write that",
    ),
    _created_trail(
        "organization trail outside the management account",
        "organization: true",
        "21: accounts[0].trail.organization: only the management account 999988887777 can create the"
        " organization's trail: write false",
    ),
)
"""What is wrong between two places of the file."""
