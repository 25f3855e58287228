/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "examples/seat.h"

G_BEGIN_DECLS

#define DESK_EDITOR "org.example.Editor.settings"
#define DESK_EDITOR_ROW "settings, revision *"

/* Of the window's environment. */
#define DESK_PLAIN "LC_ALL=C.UTF-8"
#define DESK_DARK "ADW_DEBUG_COLOR_SCHEME=prefer-dark"

/* The inspector with a user before it: the real program, keys, pointer and service. */
typedef struct
{
  TestSession *session;
  GSubprocess *daemon; /* (nullable) */
  TestClient *client;
  TestReader *reader;
  Seat seat;
} Desk;

/* Of a fixture. Alone there is neither a window nor a service; else both, and three topics.
 * @how: (nullable): a variable of the window's environment */
void desk_set_up_alone    (Desk *self, gconstpointer how);
void desk_set_up          (Desk *self, gconstpointer how);
void desk_tear_down       (Desk *self, gconstpointer how);

#define desk_add(name, set_up, how, func)                                                          \
  g_test_add ("/inspector/" name, Desk, how, set_up, func, desk_tear_down)

/* @how: a variable of its environment
 * @topic: (nullable): to be shown at first */
void desk_open_window     (Desk *self, const char *how, const char *topic);

void desk_start_service   (Desk *self);
void desk_end_service     (Desk *self);

void desk_press           (Desk *self, const char *keys);
void desk_type            (Desk *self, const char *text);

/* The settings of the editor are shown, and the pointer is where nothing pops up. */
void desk_open_settings   (Desk *self);

/* What is edited is @text. */
void desk_edit            (Desk *self, const char *text);

void desk_wait_for_label  (Desk *self, const char *text);
void desk_wait_for_row    (Desk *self, const char *name);
void desk_wait_for_data   (Desk *self, const char *pattern);
void desk_wait_for_edited (Desk *self, const char *pattern);

G_END_DECLS
