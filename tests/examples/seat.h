/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/display.h"
#include "support/reader.h"

G_BEGIN_DECLS

/* A user before a window of an example. What is on the window is called as in reader.h. */
typedef struct
{
  TestReader *reader;
  TestDisplay *display;
  GSubprocess *process;
  char *app;
} Seat;

/* Before the words of a program: its desktop is dark. */
#define SEAT_DARK "/usr/bin/env", "ADW_DEBUG_COLOR_SCHEME=prefer-dark"

/* Starts the program, and waits until its window is there. */
void seat_init            (Seat *self, TestSession *session, TestReader *reader, const char *const *argv);

/* Closes the window as users do; the process ends well. */
void seat_close           (Seat *self);
void seat_clear           (Seat *self);

void seat_click           (Seat *self, const char *role, const char *name);
void seat_wait_until      (Seat *self, const char *role, const char *name, const char *how);
void seat_wait_for        (Seat *self, const char *role, const char *name);
void seat_wait_for_text   (Seat *self, const char *role, const char *name, const char *pattern);
void seat_wait_until_gone (Seat *self, const char *role, const char *name);

/* In pixels from the right edge of it, in the middle of its height. */
void seat_click_near_end  (Seat *self, const char *role, const char *name, int pixels);

/* The window becomes so wide and high. */
void seat_resize          (Seat *self, int width, int height);

/* A picture of what this user sees, called after the test and @name. */
void seat_shoot           (Seat *self, const char *name);

G_END_DECLS
