# SPDX-License-Identifier: LGPL-2.1-or-later
"""How each target is measured. Both sides take turns in every row, so that what else the machine
does falls on both alike; a figure is the median of the rounds."""

import dataclasses
import os
import statistics

from report import Row
from sides import Bus

KIB = 1024
MIB = 1024 * KIB


@dataclasses.dataclass
class Scale:
    rounds: int
    turns: int  # of a measurement that takes about a millisecond
    writes: int  # per round, of all writers together, where thousands are made in a second
    many: int  # topics, where many are stored
    dconf_many: int
    dconf_writes: int


FULL = Scale(rounds=5, turns=100, writes=2000, many=100_000, dconf_many=10_000, dconf_writes=40)
QUICK = Scale(rounds=1, turns=2, writes=32, many=200, dconf_many=20, dconf_writes=8)


def medians(rounds, *measures):
    """The median of each measure's figures, position by position."""
    results = [[] for _ in measures]
    for _ in range(rounds):
        for result, measure in zip(results, measures):
            result.append(measure())
    return [[statistics.median(figures) for figures in zip(*result)] for result in results]


def followers(bench, scale):
    bare = bench.open_bare()
    service = bench.open_service('followers.db')
    for n in (1, 10, 50):
        turns = max(2, scale.turns // (1 + n // 10))
        [[measured, other]] = medians(
            scale.rounds, lambda: bench.run('follow', n, turns, service.address, bare.address))
        yield Row(f'write, not durable → last of {n} processes holds the data', 'µs',
                  measured, other, 1.25)


def lone_write(bench, scale):
    bare = bench.open_bare()
    service = bench.open_service('lone.db')
    disk = os.path.join(bench.folder, 'disk')
    [[measured, other]] = medians(
        scale.rounds,
        lambda: bench.run('lone-write', scale.turns, disk, service.address, 1, bare.address, 1))
    yield Row('lone durable write, to a bare one and an fdatasync of 4 KiB', 'µs', measured, other, 1.5)


def write_rate(bench, scale, service, writers, durable='durable', size=KIB, topics=16,
               writes=None):
    """Writes per second and microseconds of CPU per write."""
    each = max(1, (writes or scale.writes) // writers)
    return lambda: bench.run('write-rate', writers, each, durable, size, topics, service.address,
                             service.pid)


def many_writers(bench, scale):
    bare = bench.open_bare()
    service = bench.open_service('writers.db')
    [measured, _], [other, _] = medians(scale.rounds, write_rate(bench, scale, service, 16),
                                        write_rate(bench, scale, bare, 16))
    yield Row('durable writes per second, 16 writers', '/s', measured, other, 0.6, 'more')


def cpu(bench, scale):
    bare = bench.open_bare()
    service = bench.open_service('cpu.db')
    for writers, durable in ((1, 'soft'), (1, 'durable'), (16, 'durable')):
        [_, measured], [_, other] = medians(
            scale.rounds, write_rate(bench, scale, service, writers, durable),
            write_rate(bench, scale, bare, writers, durable))
        name = 'durable' if durable == 'durable' else 'not durable'
        yield Row(f'CPU of the service per 1 KiB write, {name}, '
                  f'{writers} writer{"s" if writers > 1 else ""}', 'µs', measured, other, 1.6)


def against_dconf(bench, scale):
    if not os.path.exists(bench.program('dconf-rate')):
        print('dconf is not there to compare with: install libdconf-dev and dconf-service')
        return
    for n_keys, n_writes, target in ((10, scale.writes // 2, 2),
                                     (scale.dconf_many, scale.dconf_writes, 40)):
        size = 64
        dconf = bench.open_dconf(f'dconf-{n_keys}')
        service = bench.open_service(f'dconf-{n_keys}.db', n_keys, size)
        [measured, _], [other] = medians(
            scale.rounds, write_rate(bench, scale, service, 4, size=size, topics=n_keys),
            lambda: bench.run('dconf-rate', 4, max(1, n_writes // 4), size, n_keys,
                              environment=dconf.environment))
        yield Row(f'durable writes per second, 4 writers, {n_keys:,} stored, to dconf', '/s',
                  measured, other, target, 'more')


def stored(bench, scale):
    few = bench.open_service('few.db', 10, KIB)
    many = bench.open_service('many.db', scale.many, KIB)
    [[measured, other]] = medians(
        scale.rounds,
        lambda: bench.run('lone-write', scale.turns, 'none', many.address, scale.many,
                          few.address, 10))
    yield Row(f'lone durable write, {scale.many:,} topics stored, to 10', 'µs', measured,
              other, 1.2)


def json(bench, scale):
    for size in (KIB, 64 * KIB, MIB):
        [[measured, other]] = medians(
            scale.rounds, lambda: bench.run('json-check', size, max(2, scale.turns // 10)))
        yield Row(f'JSON check of {size // KIB:,} KiB, times as fast as json-glib parses', 'µs',
                  measured, other, 10, 'more', compare=lambda measured, other: other / measured)


def start(bench, scale):
    bench.open_service('start-many.db', scale.many, KIB)
    bench.open_service('start-none.db')
    bench.close_sides()
    bus = bench.open(Bus())

    def start_on(database):
        return lambda: bench.run('start-time', bus.address, *bench.statesyncd(database),
                                 environment=bus.environment, quiet=True)

    [measured], [other] = medians(2 * scale.rounds, start_on('start-many.db'),
                                  start_on('start-none.db'))
    yield Row(f'start to name owned, {scale.many:,} topics of 1 KiB, to none', 'µs', measured,
              other, 3)


def memory(bench, scale):
    bare = bench.open_bare()
    service = bench.open_service('memory.db')
    for side in (service, bare):
        bench.run('fill', 1000, KIB, 'Write', side.address)
    yield Row('memory resident, 1,000 topics of 1 KiB, the difference', 'MiB',
              service.resident() / MIB, bare.resident() / MIB, 6,
              compare=lambda measured, other: measured - other)


ALL = (followers, lone_write, many_writers, cpu, against_dconf, stored, json, start, memory)
