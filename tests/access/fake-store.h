/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A permission store that does what the desktop's own can't be made to do: it has something for
 * the names that it lists, and answers when it is told to. */
typedef struct _TestFakeStore TestFakeStore;

/* @names: those with a '!' in front are gone when they are looked up; by the others @app may
 * write. */
TestFakeStore *test_fake_store_new        (GDBusConnection *connection, const char *const *names, const char *app);
void           test_fake_store_free       (TestFakeStore *self);

/* It is the store from now on, in the place of another like it. */
void           test_fake_store_own_name   (TestFakeStore *self);

/* Lookups are not answered from now on, until all are at once. */
void           test_fake_store_hold       (TestFakeStore *self);
void           test_fake_store_wait_for_lookups (TestFakeStore *self, guint n);
void           test_fake_store_release    (TestFakeStore *self);

G_END_DECLS
