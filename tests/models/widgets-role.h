/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* A window with GTK's own list widgets over lists of the topic "player" of org.example.App: a list
 * view of the tracks, a column view of the same, sorted by title, a drop-down of the styles, and a list
 * view of the app's topics. Whatever they show is told as lines "WIDGET TEXT", and again whenever it
 * is another. It is told by standard input which row of the first to select. */
int widgets_play (TestClient *client, const char *const *args);

#define WIDGETS_ROLE { "widgets", widgets_play }

G_END_DECLS
