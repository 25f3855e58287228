/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each window has a display of its own, so that no window takes the keyboard from another or
 * covers it, and no window manager is needed. The user's hands are the server's test extension:
 * the events are those of real devices, in the order made.
 */

#include "support/display.h"

#include <signal.h>
#include <string.h>

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

struct _TestDisplay
{
  TestSession *session;
  GSubprocess *server;
  char *name;
  Display *x;
  Window window; /* once it was waited for */
};

/* The leak sanitizer asks by these names. The toolkit's font library keeps what it has read; that
 * is not worth a report. */
const char *__lsan_default_suppressions (void);
const char *__lsan_default_options (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:libfontconfig\n";
}

const char *
__lsan_default_options (void)
{
  return "print_suppressions=0";
}

/* Title bars are as in GNOME, and what is seen is where it stays, from the first moment on. */
static void
write_settings (TestSession *session)
{
  g_autofree char *folder =
      g_build_filename (test_session_get_folder (session), "config", "gtk-4.0", NULL);
  g_autofree char *file = g_build_filename (folder, "settings.ini", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  g_file_set_contents (file,
                       "[Settings]\n"
                       "gtk-decoration-layout=:close\n"
                       "gtk-enable-animations=false\n",
                       -1, &error);
  g_assert_no_error (error);
}

TestDisplay *
test_display_new (TestSession *session)
{
  const char *argv[] = { "Xvfb",        "-displayfd", "1",   "-screen",  "0",
                         "1024x768x24", "-nolisten",  "tcp", "-noreset", NULL };
  TestDisplay *self = g_new0 (TestDisplay, 1);
  g_autofree char *number = NULL;

  self->session = session;
  write_settings (session);
  self->server = test_session_spawn (
      session, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, argv);
  number = test_role_read_line (self->server);
  g_assert_nonnull (number);
  self->name = g_strconcat (":", number, NULL);
  self->x = XOpenDisplay (self->name);
  g_assert_nonnull (self->x);
  return self;
}

void
test_display_free (TestDisplay *self)
{
  XCloseDisplay (self->x);
  test_process_end (self->server, SIGTERM);
  g_object_unref (self->server);
  g_free (self->name);
  g_free (self);
}

/* Nothing of the machine's own desktop takes part: no accessibility bus, portal or input method,
 * and the toolkit's settings are as it brings them. What toolkits keep until they end is no leak of
 * ours. */
static GSubprocess *
spawn (TestDisplay *self,
       GSubprocessFlags flags,
       const char *accessibility,
       const char *const *argv)
{
  static const char *const env[] = {
    "/usr/bin/env",
    "GDK_BACKEND=x11",
    "GSK_RENDERER=cairo",
    "GTK_IM_MODULE=gtk-im-context-simple",
    "GSETTINGS_BACKEND=memory",
    "GDK_DEBUG=no-portals",
    "ADW_DISABLE_PORTAL=1",
    "XDG_DATA_DIRS=/usr/share",
    "LSAN_OPTIONS=detect_leaks=0",
  };
  g_autofree char *display = g_strconcat ("DISPLAY=", self->name, NULL);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (env); i++)
    g_ptr_array_add (words, (char *)env[i]);
  g_ptr_array_add (words, display);
  g_ptr_array_add (words, (char *)accessibility);
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (words, (char *)argv[i]);
  g_ptr_array_add (words, NULL);
  return test_session_spawn (self->session, flags, (const char *const *)words->pdata);
}

GSubprocess *
test_display_spawn_role (TestDisplay *self, const char *role, const char *const *args)
{
  g_autoptr (GPtrArray) argv = test_role_get_argv (role, args);

  return spawn (self, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                "GTK_A11Y=none", (const char *const *)argv->pdata);
}

GSubprocess *
test_display_spawn (TestDisplay *self, const char *const *argv)
{
  g_autofree char *bus =
      g_strconcat ("AT_SPI_BUS_ADDRESS=", test_session_get_address (self->session), NULL);

  return spawn (self, G_SUBPROCESS_FLAGS_NONE, bus, argv);
}

/* --- the window --- */

/* Toolkits make and drop windows while one looks at them. */
static int
ignore_error (Display *x, XErrorEvent *event)
{
  return 0;
}

/* The topmost, besides that one, that can be seen and is more than a helper; None if there is
 * none. */
static Window
find_window (TestDisplay *self, Window besides)
{
  Window root, parent, found = None;
  Window *children = NULL;
  unsigned int n_children;

  XQueryTree (self->x, DefaultRootWindow (self->x), &root, &parent, &children, &n_children);
  for (unsigned int i = 0; i < n_children; i++)
    {
      XWindowAttributes attributes;

      if (XGetWindowAttributes (self->x, children[i], &attributes) != 0 &&
          attributes.map_state == IsViewable && attributes.width > 1 && children[i] != besides)
        found = children[i];
    }
  XFree (children);
  return found;
}

void
test_display_await (TestDisplay *self)
{
  Window window;

  XSetErrorHandler (ignore_error);
  XSelectInput (self->x, DefaultRootWindow (self->x), SubstructureNotifyMask);
  while ((window = find_window (self, self->window)) == None)
    {
      XEvent event;

      XNextEvent (self->x, &event);
    }
  self->window = window;
  XSetInputFocus (self->x, self->window, RevertToParent, CurrentTime);
  XSync (self->x, False);
}

int
test_display_get_width (TestDisplay *self)
{
  XWindowAttributes attributes;

  g_assert_cmpint (XGetWindowAttributes (self->x, self->window, &attributes), !=, 0);
  return attributes.width;
}

void
test_display_resize (TestDisplay *self, int width, int height)
{
  XResizeWindow (self->x, self->window, (unsigned int)width, (unsigned int)height);
  XSync (self->x, False);
}

/* --- keys --- */

static void
send_key (TestDisplay *self, KeyCode code, gboolean is_down)
{
  XTestFakeKeyEvent (self->x, code, is_down, CurrentTime);
}

/* With Shift, if that is where it stands. */
static void
strike (TestDisplay *self, KeySym symbol)
{
  KeyCode code = XKeysymToKeycode (self->x, symbol);
  KeyCode shift = XKeysymToKeycode (self->x, XK_Shift_L);
  gboolean is_shifted;

  g_assert_cmpuint (code, !=, 0);
  is_shifted = XkbKeycodeToKeysym (self->x, code, 0, 0) != symbol;
  if (is_shifted)
    send_key (self, shift, TRUE);
  send_key (self, code, TRUE);
  send_key (self, code, FALSE);
  if (is_shifted)
    send_key (self, shift, FALSE);
}

/* Of Latin-1, where keys are called like their characters. */
void
test_display_type (TestDisplay *self, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    strike (self, (KeySym)*p);
  XSync (self->x, False);
}

void
test_display_press_key (TestDisplay *self, const char *keys)
{
  g_auto (GStrv) names = g_strsplit (keys, "+", -1);
  guint n_held = g_strv_length (names) - 1;

  for (guint i = 0; i < n_held; i++)
    send_key (self, XKeysymToKeycode (self->x, XStringToKeysym (names[i])), TRUE);
  strike (self, XStringToKeysym (names[n_held]));
  for (guint i = n_held; i > 0; i--)
    send_key (self, XKeysymToKeycode (self->x, XStringToKeysym (names[i - 1])), FALSE);
  XSync (self->x, False);
}

/* --- the pointer --- */

void
test_display_point (TestDisplay *self, int x, int y)
{
  Window child;
  int root_x, root_y;

  XTranslateCoordinates (self->x, self->window, DefaultRootWindow (self->x), x, y, &root_x, &root_y,
                         &child);
  XTestFakeMotionEvent (self->x, -1, root_x, root_y, CurrentTime);
  XSync (self->x, False);
}

static void
send_button (TestDisplay *self, gboolean is_down)
{
  XTestFakeButtonEvent (self->x, Button1, is_down, CurrentTime);
  XSync (self->x, False);
}

void
test_display_press (TestDisplay *self)
{
  send_button (self, TRUE);
}

void
test_display_let_go (TestDisplay *self)
{
  send_button (self, FALSE);
}

void
test_display_click (TestDisplay *self, int x, int y)
{
  test_display_point (self, x, y);
  test_display_press (self);
  test_display_let_go (self);
}

/* --- what there is to see --- */

/* Of the window's corners nobody draws anything but a background. */
void
test_display_wait_until_dark (TestDisplay *self, gboolean is_dark)
{
  for (;;)
    {
      XImage *image = XGetImage (self->x, self->window, 0, 0, 1, 1, AllPlanes, ZPixmap);
      unsigned long pixel = XGetPixel (image, 0, 0);

      XDestroyImage (image);
      if (((pixel & 0xff) < 0x80) == is_dark)
        return;
      g_thread_yield ();
    }
}

void
test_display_shoot (TestDisplay *self, const char *name)
{
  const char *folder = g_getenv ("TEST_SCREENSHOTS");
  g_autofree char *file = g_strconcat (name, ".png", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GSubprocess) process = NULL;

  if (folder == NULL || find_window (self, None) == None)
    return;

  path = g_build_filename (folder, file, NULL);
  process = test_session_spawn (self->session, G_SUBPROCESS_FLAGS_NONE,
                                (const char *[]){ "import", "-display", self->name, "-window",
                                                  "root", "-trim", "+repage", path, NULL });
  g_assert_cmpint (test_process_finish (process, NULL, NULL), ==, 0);
}
