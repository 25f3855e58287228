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


    def start(self, command, name, log):
        """A service that is to have that name on this bus."""
        process = _start(command, env=self.environment, stderr=log)
        wait = ['gdbus', 'wait', '--session', '--timeout', '60', name]
        if subprocess.run(wait, env=self.environment).returncode != 0:
            log.seek(0)
            sys.exit(f'The service does not start:\n{log.read()}')
        return process


class Service(Bus):
    """A bus on which a service has its name."""

    def __init__(self, command):
        super().__init__()
        self._log = tempfile.TemporaryFile('w+')
        self._others = []
        self._service = self.start(command, BUS_NAME, self._log)
        self.pid = self._service.pid

    def add(self, command, name):
        """Another service beside it on its bus."""
        self._others.append(self.start([*command, name], name, self._log))

    def resident(self):
        """In bytes."""
        with open(f'/proc/{self.pid}/status', encoding='utf-8') as status:
            fields = dict(line.split(':', 1) for line in status)
        return int(fields['VmRSS'].split()[0]) * 1024

    def close(self):
        for process in (self._service, *self._others):
            _stop(process)
        self._log.close()
        super().close()


# As Flatpak runs the proxy of an app: see tests/support/sandbox.c, also why the root is a tmpfs.
SANDBOX = ('bwrap --die-with-parent --tmpfs / --ro-bind /usr /usr --symlink usr/lib /lib '
           '--symlink usr/lib64 /lib64 --symlink usr/bin /bin --proc /proc --dev /dev').split()


def can_sandbox():
    return (shutil.which('xdg-dbus-proxy') is not None and shutil.which('bwrap') is not None and
            subprocess.run([*SANDBOX, 'true'], stderr=subprocess.DEVNULL).returncode == 0)


class App:
    """A sandboxed app. What the bus and the service see of it is its proxy, which is in the sandbox;
    its calls come from outside."""

    def __init__(self, service, folder, app_id):
        info = os.path.join(folder, f'{app_id}.info')
        with open(info, 'w', encoding='utf-8') as file:
            file.write(f'[Application]\nname={app_id}\nruntime=runtime/org.example.Platform\n')
        bus = service.address.split('path=', 1)[1].split(',', 1)[0]
        socket = os.path.join(folder, app_id)
        self.address = f'unix:path={socket}'
        self._proxy = _start([*SANDBOX, '--ro-bind', info, '/.flatpak-info',
                              '--bind', folder, folder, '--ro-bind', bus, bus,
                              'xdg-dbus-proxy', '--fd=1', service.address, socket,
                              '--filter', f'--talk={BUS_NAME}'], stdout=subprocess.PIPE)
        self._proxy.stdout.read(1)

    def close(self):
        _stop(self._proxy)
        self._proxy.stdout.close()


class Display:
    """A screen that nobody sees."""

    def __init__(self):
        self._server = _start(['Xvfb', '-displayfd', '1', '-screen', '0', '800x600x24'], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        number = self._server.stdout.readline().strip()
        self.environment = {'DISPLAY': f':{number}', 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo'}

    def close(self):
        _stop(self._server)
        self._server.stdout.close()


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

    def start(self, name, *arguments):
        """A program that says when it has begun, and runs until it is stopped."""
        process = _start([self.program(name), *map(str, arguments)], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdout.readline()
        return process

    @staticmethod
    def stop(process):
        _stop(process)
        process.stdout.close()

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

    def open_app(self, service, app_id):
        return self.open(App(service, self.folder, app_id))

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
