# SPDX-License-Identifier: LGPL-2.1-or-later
"""A row for each target, and how it is printed."""

import dataclasses
import os
import subprocess
import typing

COLUMNS = '{:<62} {:>12} {:>12} {:>8} {:>9}  {}'


@dataclasses.dataclass
class Row:
    name: str
    unit: str
    measured: float
    other: float  # of the bare service, unless the name says another
    target: float
    better: str = 'less'  # or 'more'
    compare: typing.Callable[[float, float], float] = lambda measured, other: measured / other

    @property
    def result(self):
        return self.compare(self.measured, self.other)

    @property
    def met(self):
        if self.better == 'less':
            return self.result <= self.target
        return self.result >= self.target


def _figure(value, unit):
    return f'{value:,.0f} {unit}' if value >= 100 else f'{value:,.1f} {unit}'


def print_head(build_dir):
    load = ' '.join(f'{x:.2f}' for x in os.getloadavg())
    device = subprocess.run(['stat', '--file-system', '--format=%T', build_dir], check=True,
                            text=True, stdout=subprocess.PIPE).stdout.strip()
    print(f'{os.cpu_count()} cores, load {load}, file system {device}')
    print(COLUMNS.format('', 'measured', 'bare', 'ratio', 'target', ''), flush=True)


def print_row(row):
    sign = '≤' if row.better == 'less' else '≥'
    print(COLUMNS.format(row.name, _figure(row.measured, row.unit), _figure(row.other, row.unit),
                         f'{row.result:.2f}', f'{sign} {row.target:g}',
                         'ok' if row.met else 'MISSED'), flush=True)


def print_summary(rows):
    n_met = sum(row.met for row in rows)
    load = os.getloadavg()[0]
    print(f'{n_met} of {len(rows)} targets met, load {load:.2f} at the end')
