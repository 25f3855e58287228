/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The permission store is a service on the session bus in which `flatpak permission-set` and the
 * portals keep what the user allowed. In its table `statesync` an object is a topic's name, and has
 * for each app the words `read` or `write`.
 *
 * It is asked when the grants are first needed, not before: a session without sandboxed apps never
 * starts it. Then it is followed. What comes from it comes in the order in which it was true, be it
 * an answer or the signal Changed, as one instance sent them; so each is simply applied when it
 * comes. A new instance (another owner of the name) is asked anew.
 *
 * When the store leaves, what it said stays: nobody can grant or revoke anything without it.
 *
 * Only what the owner of the name sent counts. The bus hands anybody's unicast signal on, and the
 * sender's unique name is the one thing in it that nobody can forge. So the signals that say who
 * the owner is are taken from the bus alone, and Changed is subscribed to by the owner's unique
 * name; neither is left to the matching of GDBus, which did not look at the sender of a unicast
 * signal for a well-known name until 2024.
 */

#include "access/grants.h"

#include "access/grant-table.h"

#define STORE_NAME "org.freedesktop.impl.portal.PermissionStore"
#define STORE_PATH "/org/freedesktop/impl/portal/PermissionStore"
#define TABLE "statesync"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

/* Whoever waits for the grants waits so long for each answer at most. */
#define TIMEOUT_MSEC 5000

struct _StateSyncGrants
{
  GObject parent_instance;

  GDBusConnection *connection; /* NULL without a bus */
  guint owner_signal_id;
  guint changed_signal_id;
  char *owner;

  gboolean is_started;
  gboolean is_ready;
  GPtrArray *waiting; /* of GTask */
  GCancellable *load; /* of what this owner holds; NULL if it is done */
  guint n_lookups;    /* of that, under way */

  GMutex mutex; /* for the table, which other threads ask */
  StateSyncGrantTable *table;
};

G_DEFINE_FINAL_TYPE (StateSyncGrants, state_sync_grants, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what is known --- */

static void
set_name (StateSyncGrants *self, const char *name, GVariant *permissions)
{
  g_autoptr (GPtrArray) changed = NULL;

  g_mutex_lock (&self->mutex);
  changed = state_sync_grant_table_set (self->table, name, permissions);
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < changed->len; i++)
    g_signal_emit (self, signals[CHANGED], 0, changed->pdata[i]);
}

char *
state_sync_grants_find (StateSyncGrants *self,
                        const char *application_id,
                        StateSyncRights rights,
                        const char *topic)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return state_sync_grant_table_find (self->table, application_id, rights, topic);
}

GPtrArray *
state_sync_grants_list_readable (StateSyncGrants *self, const char *application_id)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return state_sync_grant_table_list_readable (self->table, application_id);
}

static GPtrArray *
get_names (StateSyncGrants *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return state_sync_grant_table_get_names (self->table);
}

static void
get_ready (StateSyncGrants *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->is_ready = TRUE;
  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (waiting->pdata[i], TRUE);
}

/* --- one load --- */

#define NOT_FOUND "org.freedesktop.portal.Error.NotFound"

typedef struct
{
  StateSyncGrants *grants; /* owned */
  char *name;
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  g_object_unref (lookup->grants);
  g_free (lookup->name);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

static void
ask_store (StateSyncGrants *self,
           const char *method,
           GVariant *args,
           const char *answer_type,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_dbus_connection_call (self->connection, self->owner, STORE_PATH, STORE_NAME, method, args,
                          G_VARIANT_TYPE (answer_type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          TIMEOUT_MSEC, self->load, callback, user_data);
}

static void
end_load (StateSyncGrants *self)
{
  g_clear_object (&self->load);
  get_ready (self);
}

/* It may have been removed since it was listed. */
static void
warn_unless_removed (const char *name, const GError *error)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (error);

  if (g_strcmp0 (remote, NOT_FOUND) != 0)
    g_warning ("what the user granted to apps for “%s” can't be read: %s", name, error->message);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Lookup) lookup = user_data;
  StateSyncGrants *self = lookup->grants;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (self->connection, result, &error);
  g_autoptr (GVariant) permissions = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (answer != NULL)
    permissions = g_variant_get_child_value (answer, 0);
  else
    warn_unless_removed (lookup->name, error);
  set_name (self, lookup->name, permissions);

  if (--self->n_lookups == 0)
    end_load (self);
}

static void
look_up (StateSyncGrants *self, const char *name)
{
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->grants = g_object_ref (self);
  lookup->name = g_strdup (name);
  self->n_lookups++;
  ask_store (self, "Lookup", g_variant_new ("(ss)", TABLE, name), "(a{sas}v)", on_looked_up,
             lookup);
}

/* What an earlier instance said and this one does not. */
static void
drop_unlisted (StateSyncGrants *self, const char *const *listed)
{
  g_autoptr (GPtrArray) names = get_names (self);

  for (guint i = 0; i < names->len; i++)
    {
      if (!g_strv_contains (listed, names->pdata[i]))
        set_name (self, names->pdata[i], NULL);
    }
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncGrants) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (self->connection, result, &error);
  g_autofree const char **names = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (answer == NULL)
    {
      g_warning ("what the user granted to apps can't be read: %s", error->message);
      end_load (self);
      return;
    }

  g_variant_get (answer, "(^a&s)", &names);
  drop_unlisted (self, names);
  for (guint i = 0; names[i] != NULL; i++)
    look_up (self, names[i]);
  if (self->n_lookups == 0)
    end_load (self);
}

/* --- the store --- */

static void
on_changed (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface,
            const char *signal,
            GVariant *args,
            gpointer user_data)
{
  StateSyncGrants *self = user_data;
  g_autoptr (GVariant) permissions = NULL;
  const char *name;
  gboolean deleted;

  if (!g_variant_is_of_type (args, G_VARIANT_TYPE ("(ssbva{sas})")))
    return;

  g_variant_get (args, "(&s&sb@v@a{sas})", NULL, &name, &deleted, NULL, &permissions);
  set_name (self, name, deleted ? NULL : permissions);
}

static void
leave_owner (StateSyncGrants *self)
{
  if (self->load != NULL)
    g_cancellable_cancel (self->load);
  g_clear_object (&self->load);
  self->n_lookups = 0;

  if (self->changed_signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->changed_signal_id);
  self->changed_signal_id = 0;
  g_clear_pointer (&self->owner, g_free);
}

/* @owner: (nullable) */
static void
set_owner (StateSyncGrants *self, const char *owner)
{
  if (owner != NULL && g_strcmp0 (owner, self->owner) == 0)
    return;

  leave_owner (self);
  if (owner == NULL)
    {
      get_ready (self);
      return;
    }

  self->owner = g_strdup (owner);
  self->load = g_cancellable_new ();
  self->changed_signal_id = g_dbus_connection_signal_subscribe (
      self->connection, owner, STORE_NAME, "Changed", STORE_PATH, TABLE, G_DBUS_SIGNAL_FLAGS_NONE,
      on_changed, self, NULL);
  ask_store (self, "List", g_variant_new ("(s)", TABLE), "(as)", on_listed, g_object_ref (self));
}

static void
on_owner_changed (GDBusConnection *connection,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *signal,
                  GVariant *args,
                  gpointer user_data)
{
  const char *owner;

  if (g_strcmp0 (sender, BUS_NAME) != 0 || !g_variant_is_of_type (args, G_VARIANT_TYPE ("(sss)")))
    return;

  g_variant_get (args, "(&s&s&s)", NULL, NULL, &owner);
  set_owner (user_data, owner[0] != '\0' ? owner : NULL);
}

static void
ask_bus (StateSyncGrants *self,
         const char *method,
         GVariant *args,
         const char *answer_type,
         GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->connection, BUS_NAME, BUS_PATH, BUS_NAME, method, args,
                          G_VARIANT_TYPE (answer_type), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MSEC, NULL,
                          callback, g_object_ref (self));
}

static void
on_owner (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncGrants) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (self->connection, result, &error);
  const char *owner = NULL;

  if (answer != NULL)
    g_variant_get (answer, "(&s)", &owner);
  set_owner (self, owner);
}

/* Started, there before, or not to be had, as on a desktop without portals. */
static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StateSyncGrants) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (self->connection, result, &error);

  if (answer == NULL)
    g_info ("there is no permission store: %s", error->message);
  ask_bus (self, "GetNameOwner", g_variant_new ("(s)", STORE_NAME), "(s)", on_owner);
}

static void
start (StateSyncGrants *self)
{
  self->is_started = TRUE;
  if (self->connection == NULL)
    {
      get_ready (self);
      return;
    }

  self->owner_signal_id = g_dbus_connection_signal_subscribe (
      self->connection, BUS_NAME, BUS_NAME, "NameOwnerChanged", BUS_PATH, STORE_NAME,
      G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, self, NULL);
  ask_bus (self, "StartServiceByName", g_variant_new ("(su)", STORE_NAME, 0), "(u)", on_started);
}

/* --- the object --- */

gboolean
state_sync_grants_is_ready (StateSyncGrants *self)
{
  return self->is_ready;
}

void
state_sync_grants_prepare_async (StateSyncGrants *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, state_sync_grants_prepare_async);
  if (self->is_ready)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  if (!self->is_started)
    start (self);
}

gboolean
state_sync_grants_prepare_finish (StateSyncGrants *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * state_sync_grants_new:
 * @connection: (nullable): a connection to the session bus, on which the permission store is;
 * `NULL` for no grants
 *
 * Makes what follows the permission store. It is asked when that is first needed.
 *
 * Returns: (transfer full): new grants
 */
StateSyncGrants *
state_sync_grants_new (GDBusConnection *connection)
{
  StateSyncGrants *self = g_object_new (STATE_SYNC_TYPE_GRANTS, NULL);

  g_set_object (&self->connection, connection);
  return self;
}

static void
state_sync_grants_init (StateSyncGrants *self)
{
  g_mutex_init (&self->mutex);
  self->table = state_sync_grant_table_new ();
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
state_sync_grants_dispose (GObject *object)
{
  StateSyncGrants *self = STATE_SYNC_GRANTS (object);

  leave_owner (self);
  if (self->owner_signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->owner_signal_id);
  self->owner_signal_id = 0;

  G_OBJECT_CLASS (state_sync_grants_parent_class)->dispose (object);
}

static void
state_sync_grants_finalize (GObject *object)
{
  StateSyncGrants *self = STATE_SYNC_GRANTS (object);

  g_clear_object (&self->connection);
  g_ptr_array_unref (self->waiting);
  state_sync_grant_table_free (self->table);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (state_sync_grants_parent_class)->finalize (object);
}

static void
state_sync_grants_class_init (StateSyncGrantsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = state_sync_grants_dispose;
  object_class->finalize = state_sync_grants_finalize;

  /**
   * StateSyncGrants::changed:
   * @self: the grants
   * @application_id: an app
   *
   * The rights of that app are others than before.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}
