/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/memory-storage.h"

#include <string.h>

#include "protocol/error.h"
#include "statesync-service/memory-storage.h"

struct _TestMemoryStorage
{
  GObject parent_instance;

  GMutex mutex;
  GCond let_go;
  StateSyncStorage *inner;
  gboolean held;
  gboolean is_holding;
  gboolean fail_open;
  gboolean fail_loads;
  guint n_failing_commits;
  gboolean is_open;
  gboolean is_closed;
  guint n_commits;
  guint n_loads;
};

static void iface_init (StateSyncStorageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestMemoryStorage,
                               test_memory_storage,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_STORAGE, iface_init))

static gboolean
check (TestMemoryStorage *self, gboolean fail, GError **error)
{
  if (self->is_open && !fail)
    return TRUE;

  g_propagate_error (error, state_sync_error_storage ("The test's storage failed", "as told"));
  return FALSE;
}

static gboolean
storage_open (StateSyncStorage *storage, GError **error)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->is_open = !self->fail_open;
  return check (self, FALSE, error);
}

static StateSyncSnapshot *
storage_load (StateSyncStorage *storage, const char *topic, GError **error)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->n_loads++;
  return check (self, self->fail_loads, error) ? state_sync_storage_load (self->inner, topic, error)
                                               : NULL;
}

/* Whether a commit may go on. */
static gboolean
begin_commit (TestMemoryStorage *self, GError **error)
{
  self->is_holding = self->held;
  while (self->held)
    g_cond_wait (&self->let_go, &self->mutex);
  self->is_holding = FALSE;
  self->n_commits++;
  return self->n_failing_commits == 0 || check (self, self->n_failing_commits-- > 0, error);
}

static gboolean
storage_commit (StateSyncStorage *storage,
                const StateSyncChange *changes,
                gsize n_changes,
                GError **error)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return begin_commit (self, error) &&
         state_sync_storage_commit (self->inner, changes, n_changes, error);
}

static gboolean
storage_get_version (StateSyncStorage *storage, guint32 *version, GError **error)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return check (self, self->fail_loads, error) &&
         state_sync_storage_get_version (self->inner, version, error);
}

static gboolean
storage_commit_version (StateSyncStorage *storage,
                        guint32 version,
                        const StateSyncChange *changes,
                        gsize n_changes,
                        GError **error)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return begin_commit (self, error) &&
         state_sync_storage_commit_version (self->inner, version, changes, n_changes, error);
}

static gboolean
storage_list (StateSyncStorage *storage,
              const char *namespace_,
              StateSyncStorageListFunc func,
              gpointer user_data,
              GError **error)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return check (self, self->fail_loads, error) &&
         state_sync_storage_list (self->inner, namespace_, func, user_data, error);
}

static gboolean
storage_total (StateSyncStorage *storage, StateSyncStorageTotals *totals, GError **error)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return check (self, self->fail_loads, error) &&
         state_sync_storage_total (self->inner, totals, error);
}

static void
storage_close (StateSyncStorage *storage)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (storage);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->is_open = FALSE;
  self->is_closed = TRUE;
}

static void
iface_init (StateSyncStorageInterface *iface)
{
  iface->open = storage_open;
  iface->load = storage_load;
  iface->commit = storage_commit;
  iface->list = storage_list;
  iface->total = storage_total;
  iface->get_version = storage_get_version;
  iface->commit_version = storage_commit_version;
  iface->close = storage_close;
}

TestMemoryStorage *
test_memory_storage_new (void)
{
  return g_object_new (TEST_TYPE_MEMORY_STORAGE, NULL);
}

void
test_memory_storage_put (TestMemoryStorage *self,
                         const char *topic,
                         guint64 revision,
                         const char *data)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_snapshot_new (revision, bytes);
  const StateSyncChange change = { topic, snapshot };

  state_sync_storage_commit (self->inner, &change, 1, NULL);
}

/* (nullable): "REVISION DATA" of what is stored. */
char *
test_memory_storage_dup_state (TestMemoryStorage *self, const char *topic)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  g_autoptr (StateSyncSnapshot) snapshot = state_sync_storage_load (self->inner, topic, NULL);
  GBytes *data;

  if (snapshot == NULL)
    return NULL;

  data = state_sync_snapshot_get_data (snapshot);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %.*s", state_sync_snapshot_get_revision (snapshot),
                          (int)g_bytes_get_size (data),
                          (const char *)g_bytes_get_data (data, NULL));
}

void
test_memory_storage_put_version (TestMemoryStorage *self, guint32 version)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  state_sync_storage_commit_version (self->inner, version, NULL, 0, NULL);
}

guint32
test_memory_storage_get_version (TestMemoryStorage *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  guint32 version;

  state_sync_storage_get_version (self->inner, &version, NULL);
  return version;
}

static void
set_flag (TestMemoryStorage *self, gboolean *flag, gboolean value)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  *flag = value;
  g_cond_broadcast (&self->let_go);
}

void
test_memory_storage_hold (TestMemoryStorage *self)
{
  set_flag (self, &self->held, TRUE);
}

void
test_memory_storage_let_go (TestMemoryStorage *self)
{
  set_flag (self, &self->held, FALSE);
}

void
test_memory_storage_fail_open (TestMemoryStorage *self, gboolean fail)
{
  set_flag (self, &self->fail_open, fail);
}

void
test_memory_storage_fail_loads (TestMemoryStorage *self, gboolean fail)
{
  set_flag (self, &self->fail_loads, fail);
}

void
test_memory_storage_fail_commits (TestMemoryStorage *self, guint n_commits)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  self->n_failing_commits = n_commits;
}

gboolean
test_memory_storage_is_holding (TestMemoryStorage *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->is_holding;
}

guint
test_memory_storage_get_n_commits (TestMemoryStorage *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->n_commits;
}

guint
test_memory_storage_get_n_loads (TestMemoryStorage *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->n_loads;
}

gboolean
test_memory_storage_is_closed (TestMemoryStorage *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);

  return self->is_closed;
}

static void
test_memory_storage_finalize (GObject *object)
{
  TestMemoryStorage *self = TEST_MEMORY_STORAGE (object);

  g_object_unref (self->inner);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->let_go);

  G_OBJECT_CLASS (test_memory_storage_parent_class)->finalize (object);
}

static void
test_memory_storage_class_init (TestMemoryStorageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_memory_storage_finalize;
}

static void
test_memory_storage_init (TestMemoryStorage *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->let_go);
  self->inner = STATE_SYNC_STORAGE (state_sync_memory_storage_new ());
}
