/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inspector/follower.h"

#include <string.h>

struct _InspectorFollower
{
  GObject parent_instance;

  guint32 pid;
  InspectorReach reach;
  gboolean has_board;
};

G_DEFINE_FINAL_TYPE (InspectorFollower, inspector_follower, G_TYPE_OBJECT)

InspectorFollower *
inspector_follower_new (guint32 pid, InspectorReach reach, gboolean has_board)
{
  InspectorFollower *self = g_object_new (INSPECTOR_TYPE_FOLLOWER, NULL);

  self->pid = pid;
  self->reach = reach;
  self->has_board = has_board;
  return self;
}

/* The name of the program; of one that runs a script also that of the script. */
char *
inspector_follower_dup_name (InspectorFollower *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/cmdline", self->pid);
  g_autofree char *command = NULL;
  g_autofree char *program = NULL;
  g_autofree char *script = NULL;
  g_autofree char *both = NULL;
  gsize length;
  gsize first;

  if (!g_file_get_contents (path, &command, &length, NULL) || length == 0)
    return g_strdup_printf ("Process %u", self->pid);

  program = g_path_get_basename (command);
  first = strlen (command) + 1;
  if (first >= length || !g_path_is_absolute (command + first))
    return g_utf8_make_valid (program, -1);

  script = g_path_get_basename (command + first);
  both = g_strdup_printf ("%s (%s)", script, program);
  return g_utf8_make_valid (both, -1);
}

static const char *
describe_reach (InspectorReach reach)
{
  switch (reach)
    {
    case INSPECTOR_REACH_TOPIC:
      return "is told of this topic";
    case INSPECTOR_REACH_NAMESPACE:
      return "is told of a namespace";
    case INSPECTOR_REACH_ALL:
      return "is told of all topics";
    case INSPECTOR_REACH_NONE:
    default:
      return NULL;
    }
}

char *
inspector_follower_dup_way (InspectorFollower *self)
{
  const char *told = describe_reach (self->reach);

  return g_strdup_printf ("Process %u · %s%s%s", self->pid,
                          self->has_board ? "reads it in shared memory" : "",
                          self->has_board && told != NULL ? ", " : "", told != NULL ? told : "");
}

static void
inspector_follower_class_init (InspectorFollowerClass *klass)
{
}

static void
inspector_follower_init (InspectorFollower *self)
{
}
