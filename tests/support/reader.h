/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/client.h"
#include "support/session.h"

G_BEGIN_DECLS

/* What a screen reader sees of the apps that test_display_spawn() starts: the session's bus is their
 * accessibility bus, and here is where they register. Things are called by their role, as in
 * "switch", and their accessible name, a
 * pattern as in "Revision 1 *". */
typedef struct _TestReader TestReader;

TestReader *test_reader_new        (TestSession *session, TestClient *client);
void        test_reader_free       (TestReader *self);

/* Waits for the next app that registers; its name on the bus. */
char       *test_reader_await_app  (TestReader *self);

/* Waits until there is one that can be used, and where it is in its window, without the window's
 * frame. */
typedef struct
{
  int x, y, width, height;
} TestExtents;

void        test_reader_get_extents (TestReader *self, const char *app, const char *role, const char *name, TestExtents *extents);

/* Waits until there is one and it is like that: "on" (checked, pressed, selected) or "off", or a
 * value as in "14", and "insensitive" in its place if nobody can change it; "" is all the same. */
void        test_reader_wait_until  (TestReader *self, const char *app, const char *role, const char *name, const char *how);

/* Waits until there is one and its text is like that pattern; for texts of several lines. */
void        test_reader_wait_for_text (TestReader *self, const char *app, const char *role, const char *name, const char *pattern);

/* Waits until there is none. */
void        test_reader_wait_until_gone (TestReader *self, const char *app, const char *role, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestReader, test_reader_free)

G_END_DECLS
