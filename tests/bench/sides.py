# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is compared: a service, the bare one or dconf, each on a private bus of its own."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile

BUS_NAME = 'org.statesync.StateSync1'
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def _die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _start(command, **kwargs):
    return subprocess.Popen(command, preexec_fn=_die_with_parent, **kwargs)


def _stop(process):
    process.terminate()
    process.wait()


class Bus:
    """A session bus with nobody on it; what it activates gets `environment`."""

    def __init__(self, environment=None):
        self.environment = dict(os.environ, **(environment or {}))
        self._daemon = _start(['dbus-daemon', '--session', '--nofork', '--nopidfile',
                               '--print-address'],
                              env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.address = self._daemon.stdout.readline().strip()
        self.bus_pid = self._daemon.pid
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self.address

    def close(self):
        _stop(self._daemon)
        self._daemon.stdout.close()


class Service(Bus):
    """A bus on which a service has its name."""

    def __init__(self, command):
        super().__init__()
        self._log = tempfile.TemporaryFile('w+')
        self._service = _start(command, env=self.environment, stderr=self._log)
        self.pid = self._service.pid
        self._wait_for_name()

    def _wait_for_name(self):
        wait = ['gdbus', 'wait', '--session', '--timeout', '60', BUS_NAME]
        if subprocess.run(wait, env=self.environment).returncode != 0:
            self._log.seek(0)
            sys.exit(f'The service does not start:\n{self._log.read()}')

    def resident(self):
        """In bytes."""
        with open(f'/proc/{self.pid}/status', encoding='utf-8') as status:
            fields = dict(line.split(':', 1) for line in status)
        return int(fields['VmRSS'].split()[0]) * 1024

    def close(self):
        _stop(self._service)
        self._log.close()
        super().close()


class Bench:
    """The programs that measure, and a folder on the disk that is measured."""

    def __init__(self, build_dir):
        self.folder = tempfile.mkdtemp(prefix='bench-', dir=build_dir)
        self.disk = os.path.join(self.folder, 'disk')
        self._build_dir = build_dir
        self._closers = []

    def program(self, name):
        return os.path.join(self._build_dir, 'tests', 'bench', name)

    def statesyncd(self, database):
        return [os.path.join(self._build_dir, 'src', 'daemon', 'statesyncd'),
                '--database', os.path.join(self.folder, database)]

    def run(self, name, *arguments, environment=None, quiet=False):
        """The figures that a program prints."""
        command = [self.program(name), *map(str, arguments)]
        result = subprocess.run(command, env=environment, check=True, text=True,
                                stdout=subprocess.PIPE, preexec_fn=_die_with_parent,
                                stderr=subprocess.DEVNULL if quiet else None)
        return [float(line) for line in result.stdout.split()]

    def open(self, side):
        self._closers.append(side.close)
        return side

    def open_bare(self):
        return self.open(Service([self.program('bare-service')]))

    def open_service(self, database, n_topics=0, size=0):
        """A service on a database of its own with so many topics of so many bytes."""
        service = self.open(Service(self.statesyncd(database)))
        if n_topics > 0:
            self.run('fill', n_topics, size, 'WriteMany', service.address)
        return service

    def open_dconf(self, name):
        environment = {key: os.path.join(self.folder, name, key)
                       for key in ('XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR')}
        for folder in environment.values():
            os.makedirs(folder, 0o700)
        return self.open(Bus(environment))

    def close_sides(self):
        while self._closers:
            self._closers.pop()()

    def close(self):
        self.close_sides()
        shutil.rmtree(self.folder)
