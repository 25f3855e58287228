/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The first thing that a program does: sees to it that descriptors 0 to 2 are taken. */
void process_take_standard_files (void);
