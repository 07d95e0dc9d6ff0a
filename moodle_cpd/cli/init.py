"""``moodle-cpd init``: a settings file with a word on each setting, and rules to start from."""

from __future__ import annotations

import shutil

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules.shipped import shipped_mappings

TEMPLATE = """\
# Settings of moodle_cpd for one Moodle site. What an authority decides stands in the rules
# (folder "mappings"); here stands only what depends on this site.
# 本站点的设置。培训规定写在 mappings 文件夹里,这里只写与站点有关的内容。

# Where facts, decisions, awards and the journal are kept (mode 0600). Back it up.
ledger = "moodle-cpd.sqlite"
# The rules: mappings/schemes (regulations) and mappings/courses (which course gives what).
rules = "mappings"

[site]
# Short name in the ledger; never change it afterwards.
name = "moodle"
# The address of Moodle's front page, as in its wwwroot. 站点地址
url = {url}
# The token of the service account. It is looked for in this environment variable, then in
# token_file, then in the system's keyring. Never write it into this file. 令牌
token_env = "MOODLE_CPD_TOKEN"
# token_file = "token.txt"
# token_keyring = "moodle-cpd"

# ca_bundle = "own-ca.pem"            # an own certificate authority
# proxy = "http://proxy.example:3128"
# allow_http = false                  # plain HTTP to another machine: the token can be read
# connect_timeout = 10                # seconds
# read_timeout = 120                  # seconds without a byte
# reply_timeout = 600                 # seconds for a whole reply
# retries = 4                         # repeats of what is safe to repeat
# batch_target = 2                    # seconds that one batch of calls should take
# parallel = 1                        # requests at a time
# hours = "22:00-06:00"               # runs ask the site only then; others end with code 8

[people]
# Who is a teacher: members of these cohorts (idnumbers); empty: everyone on the site.
# 教师名单所在的群组(群组编号);留空表示站点上的所有用户
cohorts = []
# Zone in which birth and hire dates were entered.
time_zone = "Asia/Shanghai"

# Where each attribute comes from: a user profile field (short name), or cohorts.
# 教师属性的来源:用户资料字段(简称)或群组
[people.attributes]
school = {{ profile_field = "school" }}
stage = {{ profile_field = "stage", values = {{ "幼儿园" = "kindergarten", "小学" = "primary", \
"初中" = "junior_secondary", "高中" = "senior_secondary", "中职" = "vocational" }} }}
role = {{ profile_field = "duty", separator = "、", values = {{ "教师" = "teacher", \
"班主任" = "homeroom_teacher", "拟任班主任" = "prospective_homeroom_teacher", \
"骨干教师" = "backbone_teacher", "高一教师" = "grade_one_teacher", "校长" = "principal", \
"教辅人员" = "support_staff" }} }}
birth_date = {{ profile_field = "birthdate" }}
hire_date = {{ profile_field = "hiredate" }}
# role = {{ cohorts = {{ "homeroom" = "homeroom_teacher" }} }}

[limits]
# More than this needs an explicit word (--allow N). 超出时须明确确认
awards = 200        # awards in one plan
supersessions = 50  # certificates that one plan corrects, renews or lets expire
withdrawals = 10    # awards that one plan takes back, where that was allowed at all
share = 0.5         # share of all teachers who get something, once a plan …
share_from = 60     # … issues more than this many awards
pull_age_hours = 24 # 'apply' wants Moodle to be read anew after so many hours

[certificates]
# Who issues certificates; without it the authority that the scheme names. 证书上的颁发机构
# authority = "××区教师进修学校"
# authority_en = "×× District Teachers' College"
# How they look: 'moodle-cpd certificate gallery OUT' shows the templates. Each award below may
# have its own of these. 证书样式
# template = "landscape-zh"
# templates = "templates"       # folder of your own templates
# seal = "seal.png"             # SVG or PNG; without it a place for one by hand. 印章
# signature = "signature.png"   # 签名
# signatory = "局长 王小明"
# transcript = true             # pages with the hours behind it. 附学时清单
# How certificates are numbered; numbers count from 1 each year. 证书编号的写法
# serial = "千继教字[{{year}}]第{{number:05}}号"
serial = "CPD-{{year}}-{{number:06}}"
# fonts = "fonts"     # folder with further fonts, for characters that the shipped ones lack
# keys = "keys"       # folder of 'moodle-cpd keys init'; certificates are signed with them
# Where the QR code leads; the certificate's id is appended. Without it: serial and fingerprint.
# verification_url = "https://verify.example.edu.cn/c"

# How each award of a scheme reaches Moodle. {{period}} stands for the period's key, for example
# 2026: Moodle gives a badge only once, so every period has its own cohort, assignment and badge.
# 每项证书或徽章如何写回 Moodle。
#
# [[awards]]
# scheme = "homeroom-teacher-30h"
# award = "homeroom-badge"
# route = "cohort"                    # joining the cohort earns the badge
# cohort = "homeroom-{{period}}"        # idnumber of the cohort
# badge = "班主任培训合格 {{period}}"     # name of the badge, to read back that it is held
#
# [[awards]]
# scheme = "homeroom-teacher-30h"
# award = "qualification-certificate"
# route = "record-course"             # hours as grade, reason as comment, certificate as file
# course = "CPD-RECORD"               # idnumber of the record course
# activity = "homeroom-{{period}}"      # ID number of the assignment in it
#
# [[awards]]
# scheme = "qianshan-annual-72h"
# award = "annual-certificate"
# route = "record-course"
# course = "CPD-RECORD"
# activity = "qianshan-{{period}}"

# Where teachers see all year long how many hours they have and what is missing; Moodle sends no
# message. An assignment of its own, without completion. 学时进度:教师全年都能看到
#
# [[running_hours]]
# scheme = "qianshan-annual-72h"
# course = "CPD-RECORD"               # idnumber of the record course
# activity = "qianshan-progress"      # ID number of the assignment; the same in all periods
# grade = "hours"                     # or "points"
"""


@click.command()
@click.option("--url", default="https://moodle.example.edu.cn", help="The site's address.")
@json_option
@click.pass_obj
def init(session: Session, url: str) -> None:
    """Write a commented settings file, and the shipped rules beside it.

    Nothing that is there already is changed.
    """
    config = session.config
    if config.exists():
        raise InputError(
            Problem(str(config), "is there already", "", "Edit it, or name another with --config")
        )
    rules = config.parent / "mappings"
    try:
        config.parent.mkdir(parents=True, exist_ok=True)
        copied = not rules.exists()
        if copied:
            shutil.copytree(shipped_mappings(), rules)
        with config.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.format(url=_toml_string(url)))
    except OSError as error:
        raise InputError(Problem(str(config), f"cannot be written: {error.strerror}")) from None
    lines = [f"Wrote {config}."]
    lines.append(f"Copied the shipped rules to {rules}." if copied else f"Kept {rules}.")
    lines.append("Next: fill in [site] url, set MOODLE_CPD_TOKEN, run 'moodle-cpd doctor'.")
    session.console.result(
        "\n".join(lines),
        {"config": str(config), "rules": str(rules), "rules_copied": copied},
    )


def _toml_string(text: str) -> str:
    escaped = "".join(
        f"\\u{ord(c):04x}" if ord(c) < 0x20 or ord(c) == 0x7F else c
        for c in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'
