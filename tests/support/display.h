/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* A display of a window's own, that nobody sees: an X server, and a user who has a keyboard and a
 * pointer there. What the user does has reached the window's queue when a call returns; what the
 * window makes of it, it has to say itself. */
typedef struct _TestDisplay TestDisplay;

TestDisplay *test_display_new        (TestSession *session);
void         test_display_free       (TestDisplay *self);

/* A role, as test_session_spawn_role() starts it, whose windows appear here. */
GSubprocess *test_display_spawn_role (TestDisplay *self, const char *role, const char *const *args);

/* An app, whose windows appear here, and which a reader can look at: see reader.h. */
GSubprocess *test_display_spawn      (TestDisplay *self, const char *const *argv);

/* Waits for a window, another than the one it was waited for before, and gives it the keyboard. */
void         test_display_await      (TestDisplay *self);

/* Of that window, its frame included, in pixels. */
int          test_display_get_width  (TestDisplay *self);
void         test_display_resize     (TestDisplay *self, int width, int height);

/* Keys: what stands on them, one after the other; or one by its name, with others held down as in
 * "Control_L+a". */
void         test_display_type       (TestDisplay *self, const char *text);
void         test_display_press_key  (TestDisplay *self, const char *keys);

/* The pointer, in pixels of the window. */
void         test_display_point      (TestDisplay *self, int x, int y);
void         test_display_press      (TestDisplay *self);
void         test_display_let_go     (TestDisplay *self);
void         test_display_click      (TestDisplay *self, int x, int y);

/* Waits until the window's frame is dark, or light. */
void         test_display_wait_until_dark (TestDisplay *self, gboolean is_dark);

/* The windows that there are to see, without the bare screen around them, go to a PNG file of that
 * name in the folder that the environment calls TEST_SCREENSHOTS. Nothing happens if there is no
 * such folder, or no window. */
void         test_display_shoot      (TestDisplay *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestDisplay, test_display_free)

G_END_DECLS
