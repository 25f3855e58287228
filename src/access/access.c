/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "access/access.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/name.h"

struct _StateSyncAccess
{
  GObject parent_instance;

  StateSyncGrants *grants;
};

G_DEFINE_FINAL_TYPE (StateSyncAccess, state_sync_access, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- decisions --- */

/* For an app only. */
static char *
find_scope (StateSyncAccess *self,
            const char *application,
            StateSyncRights rights,
            const char *topic)
{
  if (state_sync_name_is_in (topic, application))
    return g_strdup (application);
  return state_sync_grants_find (self->grants, application, rights, topic);
}

/* It says what was asked and by whom, nothing of what there is. */
static GError *
denial_new (StateSyncIdentity *identity, StateSyncRights rights, const char *topic)
{
  const char *application = state_sync_identity_get_application_id (identity);
  const char *right = rights == STATE_SYNC_RIGHTS_WRITE ? "write" : "read";
  g_autofree char *reason = NULL;

  if (application == NULL)
    return state_sync_error_access_denied (
        topic, "it can't be told which app asks, and the service's log says why; call from "
               "a Flatpak, a snap or no sandbox");

  reason = g_strdup_printf ("%s may %s topics named “%s” or “%s.…” and no others, unless the user "
                            "grants it one with “flatpak permission-set statesync TOPIC %s %s”",
                            application, right, application, application, application, right);
  return state_sync_error_access_denied (topic, reason);
}

static gboolean
check (StateSyncAccess *self,
       StateSyncIdentity *identity,
       StateSyncRights rights,
       const char *topic,
       GError **error)
{
  const char *application = state_sync_identity_get_application_id (identity);
  g_autofree char *scope = NULL;

  if (state_sync_identity_get_kind (identity) == STATE_SYNC_IDENTITY_KIND_HOST)
    return TRUE;

  if (application != NULL)
    scope = find_scope (self, application, rights, topic);
  if (scope == NULL && error != NULL)
    g_propagate_error (error, denial_new (identity, rights, topic));
  return scope != NULL;
}

gboolean
state_sync_access_may_read (StateSyncAccess *self,
                            StateSyncIdentity *identity,
                            const char *topic,
                            GError **error)
{
  return check (self, identity, STATE_SYNC_RIGHTS_READ, topic, error);
}

gboolean
state_sync_access_may_write (StateSyncAccess *self,
                             StateSyncIdentity *identity,
                             const char *topic,
                             GError **error)
{
  return check (self, identity, STATE_SYNC_RIGHTS_WRITE, topic, error);
}

char *
state_sync_access_get_scope (StateSyncAccess *self, StateSyncIdentity *identity, const char *topic)
{
  const char *application = state_sync_identity_get_application_id (identity);

  return application != NULL ? find_scope (self, application, STATE_SYNC_RIGHTS_WRITE, topic)
                             : NULL;
}

/* --- lists --- */

static gboolean
is_in (const char *name, const char *namespace_)
{
  return namespace_[0] == '\0' || state_sync_name_is_in (name, namespace_);
}

/* Adds what both have in common, unless it is there already as part of another. */
static void
add_common (GPtrArray *list, const char *name, const char *namespace_)
{
  const char *common;

  if (is_in (name, namespace_))
    common = name;
  else if (is_in (namespace_, name))
    common = namespace_;
  else
    return;

  for (guint i = list->len; i > 0; i--)
    {
      if (is_in (common, list->pdata[i - 1]))
        return;
      if (is_in (list->pdata[i - 1], common))
        g_ptr_array_remove_index_fast (list, i - 1);
    }
  g_ptr_array_add (list, g_strdup (common));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_readable (StateSyncAccess *self,
              const char *application,
              const char *namespace_,
              GPtrArray *list)
{
  g_autoptr (GPtrArray) granted = state_sync_grants_list_readable (self->grants, application);

  add_common (list, application, namespace_);
  for (guint i = 0; i < granted->len; i++)
    add_common (list, granted->pdata[i], namespace_);
  g_ptr_array_sort (list, compare_names);
}

char **
state_sync_access_list_readable (StateSyncAccess *self,
                                 StateSyncIdentity *identity,
                                 const char *namespace_)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  const char *application = state_sync_identity_get_application_id (identity);

  if (state_sync_identity_get_kind (identity) == STATE_SYNC_IDENTITY_KIND_HOST)
    g_ptr_array_add (list, g_strdup (namespace_));
  else if (application != NULL)
    add_readable (self, application, namespace_, list);

  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

/* --- ready --- */

gboolean
state_sync_access_is_ready (StateSyncAccess *self, StateSyncIdentity *identity)
{
  return state_sync_identity_get_kind (identity) != STATE_SYNC_IDENTITY_KIND_APP ||
         state_sync_grants_is_ready (self->grants);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (state_sync_grants_prepare_finish (STATE_SYNC_GRANTS (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
state_sync_access_prepare_async (StateSyncAccess *self,
                                 StateSyncIdentity *identity,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, state_sync_access_prepare_async);
  if (state_sync_access_is_ready (self, identity))
    g_task_return_boolean (task, TRUE);
  else
    state_sync_grants_prepare_async (self->grants, cancellable, on_prepared,
                                     g_steal_pointer (&task));
}

gboolean
state_sync_access_prepare_finish (StateSyncAccess *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the object --- */

static void
on_changed (StateSyncGrants *grants, const char *application_id, gpointer user_data)
{
  g_signal_emit (user_data, signals[CHANGED], 0, application_id);
}

/**
 * state_sync_access_new:
 * @grants: what the user granted
 *
 * Makes the rules.
 *
 * Returns: (transfer full): new rules
 */
StateSyncAccess *
state_sync_access_new (StateSyncGrants *grants)
{
  StateSyncAccess *self = g_object_new (STATE_SYNC_TYPE_ACCESS, NULL);

  self->grants = g_object_ref (grants);
  g_signal_connect_object (grants, "changed", G_CALLBACK (on_changed), self, 0);
  return self;
}

static void
state_sync_access_init (StateSyncAccess *self)
{
}

static void
state_sync_access_finalize (GObject *object)
{
  StateSyncAccess *self = STATE_SYNC_ACCESS (object);

  g_clear_object (&self->grants);

  G_OBJECT_CLASS (state_sync_access_parent_class)->finalize (object);
}

static void
state_sync_access_class_init (StateSyncAccessClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = state_sync_access_finalize;

  /**
   * StateSyncAccess::changed:
   * @self: the rules
   * @application_id: an app
   *
   * That app may do other things than before, because the user granted or took something.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}
