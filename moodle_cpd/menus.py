"""Where things stand in Moodle's administration: English menu (Moodle 5.1) and Chinese one.

The Chinese words are those of Moodle's own language pack ``zh_cn``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_ADMIN = "Site administration"

ROLE: Final = (
    f"{_ADMIN} > Users > Permissions > Define roles > the sync role > Edit "
    "(站点管理 > 用户 > 权限 > 定义角色)"
)
SYSTEM_ROLES: Final = (
    f"{_ADMIN} > Users > Permissions > Assign system roles (站点管理 > 用户 > 权限 > 分配系统角色)"
)
USER_POLICIES: Final = (
    f"{_ADMIN} > Users > Permissions > User policies (站点管理 > 用户 > 权限 > 用户策略)"
)
PROFILE_FIELDS: Final = (
    f"{_ADMIN} > Users > Accounts > User profile fields (站点管理 > 用户 > 帐号 > 追加管理字段)"
)
USERS: Final = (
    f"{_ADMIN} > Users > Accounts > Browse list of users (站点管理 > 用户 > 帐号 > 浏览用户)"
)
COHORTS: Final = f"{_ADMIN} > Users > Accounts > Cohorts (站点管理 > 用户 > 帐号 > 群组)"
SERVICE: Final = (
    f"{_ADMIN} > Server > Web services > External services "
    "(站点管理 > 服务器 > 网络服务 > 对外服务)"
)
FUNCTIONS: Final = (
    f"{_ADMIN} > Server > Web services > External services > Functions > Add functions "
    "(站点管理 > 服务器 > 网络服务 > 对外服务 > 函数 > 添加函数)"
)
TOKENS: Final = (
    f"{_ADMIN} > Server > Web services > Manage tokens (站点管理 > 服务器 > 网络服务 > 管理令牌)"
)
LOCATION: Final = (
    f"{_ADMIN} > General > Location > Location settings (站点管理 > 常规项 > 位置 > 位置设置)"
)
BADGES: Final = f"{_ADMIN} > General > Badges > Manage badges (站点管理 > 常规项 > 勋章 > 管理勋章)"
REPORTS: Final = (
    f"{_ADMIN} > Reports > Report builder > Custom reports (站点管理 > 报表 > 自定义报表)"
)
REPORT_SORTING: Final = f"{REPORTS} > Edit > Sorting (排序)"
REPORT_CONDITIONS: Final = f"{REPORTS} > Edit > Conditions (条件)"
REPORT_FILTERS: Final = f"{REPORTS} > Edit > Filters (筛选)"
COURSE: Final = "the course > Settings (课程 > 设置)"
PARTICIPANTS: Final = "the course > Participants > Enrol users (课程 > 参与人)"
COURSE_COMPLETION: Final = "the course > More > Course completion (课程 > 更多 > 课程进度)"
COURSE_BADGES: Final = "the course > More > Badges (课程 > 更多 > 勋章)"
USER_REPORT: Final = (
    "the course > Grades > Course grade settings > User report "
    "(课程 > 成绩 > 课程成绩设置 > 用户报表)"
)
ASSIGNMENT: Final = "the assignment > Settings (作业 > 设置)"


def allow(*capabilities: str) -> str:
    """The remedy for missing capabilities."""
    return f"Allow {_listed(capabilities)}: {ROLE}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
