# SPDX-License-Identifier: LGPL-2.1-or-later
"""How each target is measured. Both sides take turns in every row, so that what else the machine
does falls on both alike; a figure is the median of the rounds."""

import dataclasses
import os
import shutil
import statistics

from report import Row
from sides import Bus, Display, can_sandbox

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
    burst_writes: int
    items: int  # of a list


FULL = Scale(rounds=5, turns=100, writes=2000, many=100_000, dconf_many=10_000, dconf_writes=40,
             burst_writes=10_000, items=10_000)
QUICK = Scale(rounds=1, turns=2, writes=32, many=200, dconf_many=20, dconf_writes=8,
              burst_writes=400, items=100)


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
            scale.rounds, lambda: bench.run('follow', n, turns, KIB, 'soft', 'none',
                                            'pull', service.address, 'pull', bare.address))
        yield Row(f'write, not durable → last of {n} processes holds the data', 'µs',
                  measured, other, 1.25)


def library(bench, scale, n, size, durable):
    """Followers with the library, and the bare pull."""
    bare = bench.open_bare()
    service = bench.open_service(f'library-{n}-{size}-{durable}.db')
    disk = bench.disk if durable == 'durable' else 'none'
    return lambda: bench.run('follow', n, scale.turns, size, durable, disk,
                             'library', service.address, 'pull', bare.address)


def following(bench, scale):
    for n, target in ((1, 0.55), (10, 0.25), (50, 0.14), (100, 0.09)):
        [soft, soft_bare], [durable, durable_bare] = medians(
            scale.rounds, library(bench, scale, n, KIB, 'soft'),
            library(bench, scale, n, KIB, 'durable'))
        yield Row(f'write, not durable → last of {n} with the library', 'µs', soft, soft_bare,
                  target)
        yield Row(f'write → last of {n} with the library, to bare + fdatasync', 'µs', durable,
                  durable_bare, target)
        bench.close_sides()


def following_large(bench, scale):
    [[measured, other]] = medians(scale.rounds, library(bench, scale, 10, 64 * KIB, 'soft'))
    yield Row('write of 64 KiB, not durable → last of 10 with the library', 'µs', measured, other,
              0.2)


def following_cpu(bench, scale):
    n = 100
    bare = bench.open_bare()
    service = bench.open_service('following-cpu.db')

    def cpu_of(how, side):
        return lambda: bench.run('follow-cpu', n, scale.turns, KIB, how, side.address,
                                 side.bus_pid, side.pid)

    [measured], [other] = medians(scale.rounds, cpu_of('library', service), cpu_of('pull', bare))
    yield Row(f'CPU of service, bus and {n} with the library, per change', 'µs', measured, other,
              0.1)


def following_to_dconf(bench, scale):
    if not has_dconf(bench):
        return
    for n, target in ((1, 0.35), (10, 0.25), (50, 0.14), (100, 0.13)):
        dconf = bench.open_dconf(f'dconf-{n}')
        [soft, _], [durable, _], [other] = medians(
            scale.rounds, library(bench, scale, n, KIB, 'soft'),
            library(bench, scale, n, KIB, 'durable'),
            lambda: bench.run('dconf-follow', n, scale.turns, KIB, 10,
                              environment=dconf.environment))
        yield Row(f'write, not durable → last of {n}, to dconf with 10 keys', 'µs', soft, other,
                  target)
        yield Row(f'write → last of {n}, to dconf with 10 keys', 'µs', durable, other, target)
        bench.close_sides()


def burst(bench, scale):
    service = bench.open_service('burst.db')
    writes = scale.burst_writes
    [pulls, cpu_by_signal], [_, cpu_on_boards] = medians(
        scale.rounds, lambda: bench.run('burst', writes, 'signal', service.address),
        lambda: bench.run('burst', writes, 'boards', service.address))
    yield Row(f'pulls of one that follows by signal, to {writes:,} writes', '', pulls, writes, 0.01)
    yield Row('CPU of one that follows on a board, per write in a burst, to by signal', 'µs',
              cpu_on_boards, cpu_by_signal, 0.25)


def lone_write(bench, scale):
    bare = bench.open_bare()
    service = bench.open_service('lone.db')
    [[measured, other]] = medians(
        scale.rounds,
        lambda: bench.run('lone-write', scale.turns, bench.disk, service.address, 1,
                          bare.address, 1))
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


def has_dconf(bench):
    if os.path.exists(bench.program('dconf-rate')):
        return True
    print('dconf is not there to compare with: install libdconf-dev and dconf-service')
    return False


def against_dconf(bench, scale):
    if not has_dconf(bench):
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
    for kind in ('settings', 'flat'):
        for size in (KIB, 64 * KIB, MIB):
            [[measured, other]] = medians(
                scale.rounds, lambda: bench.run('json-check', kind, size, max(2, scale.turns // 10)))
            text = 'one flat object' if kind == 'flat' else 'settings'
            yield Row(f'JSON check of {text} of {size // KIB:,} KiB, times as fast as json-glib',
                      'µs', measured, other, 10, 'more',
                      compare=lambda measured, other: other / measured)
    for size in (KIB, 64 * KIB, MIB):
        [[measured, other]] = medians(
            scale.rounds, lambda: bench.run('json-change', size, max(2, scale.turns // 10)))
        yield Row(f'change of one member of {size // KIB:,} KiB checked and found, to the check '
                  'of all', 'µs', measured, other, 1)


def applied(bench, scale):
    for kind in ('applier', 'bindings'):
        [[measured, other]] = medians(
            scale.rounds, lambda: bench.run('apply', kind, max(2, scale.turns // 10)))
        yield Row(f'CPU of 4 KiB applied to 50 properties, {kind}, to its parsing', 'µs', measured,
                  other, 2)


def schema(bench, scale):
    [[measured, other]] = medians(
        scale.rounds, lambda: bench.run('json-check', 'schema', MIB, max(2, scale.turns // 10)))
    yield Row('check of settings of 1,024 KiB against a schema, times as fast as json-glib parses '
              'them', 'µs', measured, other, 3, 'more',
              compare=lambda measured, other: other / measured)


def lists(bench, scale):
    """In the list alone, once its topic tells it; and from the invalidation of the topic on, for
    both sides."""
    [[in_list, in_all, reset]] = medians(
        scale.rounds, lambda: bench.run('list-insert', scale.items, max(2, scale.turns // 2)))
    yield Row(f'CPU of a list of {scale.items:,}, one element more or less, to making it anew',
              'µs', in_list, reset, 0.1)
    yield Row('the same, with what its topic does with the new state', 'µs', in_all,
              in_all - in_list + reset, 0.6)


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


def has_windows(bench):
    return os.path.exists(bench.program('first-frame')) and shutil.which('Xvfb')


def first_frame(bench, scale):
    if not has_windows(bench):
        return
    folders = {f'XDG_{kind}_HOME': os.path.join(bench.folder, kind) for kind in ('CACHE', 'DATA')}
    service = bench.open_service('first-frame.db')
    bench.run('first-frame', 'fill', environment=service.environment | folders)
    bench.close_sides()
    display = bench.open(Display())
    nobody = bench.open(Bus(folders | display.environment))

    def paint(what):
        return lambda: bench.run('first-frame', what, environment=nobody.environment, quiet=True)

    [measured], [other] = medians(3 * scale.rounds, paint('cached'), paint('plain'))
    yield Row('first frame with cached data, nobody serves, to one with no state', 'ms',
              measured / 1000, other / 1000, 1.1)


def memory(bench, scale):
    bare = bench.open_bare()
    service = bench.open_service('memory.db')
    for side in (service, bare):
        bench.run('fill', 1000, KIB, 'Write', side.address)
    yield Row('memory resident, 1,000 topics of 1 KiB, the difference', 'MiB',
              service.resident() / MIB, bare.resident() / MIB, 6,
              compare=lambda measured, other: measured - other)


# What an app floods with, and how many calls it always has under way; it may have 256.
FLOODS = (
    ('writes', 'write', 256),
    ('writes of 1 MiB', 'write-large', 64),
    ('wrong writes of 1 MiB', 'write-wrong', 64),
    ('refused calls', 'refused', 256),
    ('GetSnapshot', 'get', 256),
    ('OpenSnapshot', 'open', 256),
    ('MapSnapshot', 'map', 256),
    ('ListTopics', 'list', 256),
    ('Subscribe', 'subscribe', 256),
    ('4,096 calls', 'get', 4096),
    ('calls, unread', 'get', 0),
)


def bystander(bench, scale):
    """Somebody outside of a sandbox, while an app in one floods. See README.md."""
    if not can_sandbox():
        print('no app can be sandboxed here: install bubblewrap and xdg-dbus-proxy')
        return
    bare_name = 'org.statesync.Bare'
    for what, way, window in FLOODS:
        service = bench.open_service(f'bystander-{way}-{window}.db')
        service.add([bench.program('bare-service')], bare_name)
        app = bench.open_app(service, 'org.example.Flood')

        def quiet():
            return bench.run('bystander', scale.turns, service.address, bare_name)

        def flooded():
            flood = bench.start('flood', way, window, app.address)
            figures = quiet()
            bench.stop(flood)
            return figures

        before, during = medians(scale.rounds, quiet, flooded)
        for call, measured, other in zip(('GetSnapshot', 'write, not durable', 'durable write'),
                                         during, before):
            yield Row(f'{call} beside a flood of {what}, to quiet', 'µs', measured, other, 2)
        yield Row('… GetSnapshot slowed down, to how much a bare service is', '×',
                  during[0] / before[0], during[3] / before[3], 1.5)
        bench.close_sides()


ALL = (followers, following, following_large, following_cpu, following_to_dconf, burst, lone_write,
       many_writers, cpu, against_dconf, stored, json, applied, schema, lists, start, first_frame,
       memory, bystander)
