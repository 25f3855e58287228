#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The JSON check against Python's parser, on many thousand random and spoiled texts.

Python's json is strict about the grammar; what the check asks for beyond it (names unique,
ranges of numbers, whole surrogate pairs, depth) is asked of it here. The two know nothing of
each other, and have to agree on every text.
"""

import json
import math
import os
import random
import subprocess
import sys

N_TEXTS = 40000
MAX_DEPTH = 512

NAMES = ['a', 'b', 'name', '', 'é', '😀', '"', '\\', '\n', 'a/b', '\0']
WORDS = NAMES + ['text', 'a longer text than that', '\x7f', '\uffff', '\u2028', 'ab\tcd']
NUMBERS = ['0', '-0', '1', '-1', '10', '1.10', '1e2', '1E-2', '-0.0', '0e0', '1e-400',
           '9223372036854775807', '-9223372036854775808', '9223372036854775808',
           '-9223372036854775809', '1e308', '1e309', '1.7976931348623157e308',
           '1.7976931348623158e308', '1.7976931348623159e308', '0.00001e313', '0e999']
SPACES = ['', '', '', '', ' ', '\n', '\t', '\r\n  ']
PIECES = ['{', '}', '[', ']', ',', ':', '"', '\\', '-', '+', '.', '0', '1', 'e', 'E', 'a', 'null',
          'true', 'NaN', 'Infinity', '//', '/**/', "'", '\\u', '\\ud83d', '\\ude00', '\\u0061',
          '\0', '\x1f', '\n', ' ', '\ufeff', '\u00a0', '\u0661', '99999999999999999999', 'e999',
          '"a":1,', '"\\u0061":1,']
BYTES = [b'\x80', b'\xc0\x80', b'\xc3', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'\xff', b'\xe2\x82']


def spell(rng, word):
    out = '"'
    for c in word:
        if c < ' ' or rng.random() < 0.1:
            out += ''.join(f'\\u{unit:04x}' if rng.random() < 0.5 else f'\\u{unit:04X}'
                           for unit in memoryview(c.encode('utf-16-le')).cast('H'))
        elif c in '"\\':
            out += '\\' + c
        else:
            out += c
    return out + '"'


def make(rng, depth):
    def space():
        return rng.choice(SPACES)

    kind = rng.random() if depth > 0 else rng.uniform(0.5, 1)
    if kind < 0.3:
        names = rng.sample(NAMES, rng.randint(0, 4))
        inside = ','.join(f'{space()}{spell(rng, n)}{space()}:{make(rng, depth - 1)}'
                          for n in names)
        text = '{' + inside + space() + '}'
    elif kind < 0.5:
        text = '[' + ','.join(make(rng, depth - 1) for _ in range(rng.randint(0, 4))) + space() + ']'
    elif kind < 0.7:
        text = spell(rng, rng.choice(WORDS))
    elif kind < 0.9:
        text = rng.choice(NUMBERS)
    else:
        text = rng.choice(['null', 'true', 'false'])
    return space() + text + space()


def spoil(rng, data):
    for _ in range(rng.randint(0, 3)):
        at = rng.randint(0, len(data))
        kind = rng.randint(0, 5)
        if kind == 0:
            data = data[:at] + rng.choice(PIECES).encode() + data[at:]
        elif kind == 1:
            data = data[:at] + data[at + rng.randint(1, 3):]
        elif kind == 2:
            data = data[:at] + bytes([rng.randint(0, 255)]) + data[at + 1:]
        elif kind == 3:
            data = data[:at] + data[at:at + 8] + data[at:]
        elif kind == 4 and rng.random() < 0.2:
            data = data[:at]
        elif kind == 5:
            data = data[:at] + rng.choice(BYTES) + data[at:]
    return data


def refuse(what):
    raise ValueError(what)


def unique(pairs):
    return dict(pairs) if len(dict(pairs)) == len(pairs) else refuse('a name twice')


def depth_of(value):
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


def judge(data):
    try:
        value = json.loads(
            data.decode('utf-8'),
            parse_constant=refuse,
            parse_int=lambda s: int(s) if -2**63 <= int(s) < 2**63 else refuse('too large'),
            parse_float=lambda s: float(s) if math.isfinite(float(s)) else refuse('too large'),
            object_pairs_hook=unique)
        json.dumps(value, ensure_ascii=False).encode('utf-8')  # no half of a surrogate pair
        return depth_of(value) <= MAX_DEPTH
    except ValueError:
        return False


def main():
    seed = int(os.environ.get('SEED') or random.randrange(2**32))
    rng = random.Random(seed)
    sys.setrecursionlimit(10 * MAX_DEPTH)
    print(f'# SEED={seed}')
    texts = [spoil(rng, make(rng, 4).encode()) for _ in range(N_TEXTS)]
    for depth in (MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1):
        texts += [b'[' * depth + b']' * depth, b'{"a":' * depth + b'1' + b'}' * depth]

    verdict = subprocess.run([sys.argv[1]], input=b''.join(b'%d\n%s' % (len(t), t) for t in texts),
                             stdout=subprocess.PIPE, check=True)
    answers = verdict.stdout.decode().splitlines()
    wrong = [(t, a) for t, a in zip(texts, answers, strict=True) if judge(t) != (a == 'valid')]
    n_valid = answers.count('valid')

    for text, answer in wrong[:10]:
        print(f'# {text!r}: {answer}')
    print('1..2')
    print(f'{"not ok" if wrong else "ok"} 1 - agree on {len(texts)} texts, {n_valid} of them valid')
    mixed = len(texts) / 10 < n_valid < len(texts) * 9 / 10
    print(f'{"ok" if mixed else "not ok"} 2 - there are enough of either kind')


main()
