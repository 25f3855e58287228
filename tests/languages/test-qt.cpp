/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Qt's generator makes of the XML, on the bus that it is given: each type there and back, a
 * refusal by its name, and the signal. */

#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>

#include "statesync_proxy.h"

static int failed = 0;

template <typename T>
static void
is (const char *what, const T &found, const T &wanted)
{
  if (found == wanted)
    return;

  qCritical () << what << ":" << found << "instead of" << wanted;
  failed = 1;
}

int
main (int argc, char **argv)
{
  QCoreApplication app (argc, argv);
  registerStateSyncTypes ();
  OrgStatesyncStateSync1Interface service (
      "org.statesync.StateSync1", "/org/statesync/StateSync1", QDBusConnection::sessionBus ());
  OrgStatesyncStateSync1StatisticsInterface statistics (
      "org.statesync.StateSync1", "/org/statesync/StateSync1", QDBusConnection::sessionBus ());
  QList<QPair<QString, qulonglong>> told;

  QObject::connect (&service, &OrgStatesyncStateSync1Interface::Invalidated, &app,
                    [&] (const QString &topic, qulonglong revision) {
                      told << qMakePair (topic, revision);
                      if (told.last () == qMakePair (QString ("qt.b"), 2ULL))
                        app.quit ();
                    });

  is ("written", service.Write ("qt.a", "{\"n\": 1}", {}).value (), 1ULL);
  is ("merged", service.Write ("qt.a", "{\"m\": 2}", { { "mode", "merge" } }).value (), 2ULL);
  auto snapshot = service.GetSnapshot ("qt.a");
  snapshot.waitForFinished ();
  is ("revision", snapshot.argumentAt<0> (), 2ULL);
  is ("data", snapshot.argumentAt<1> (), QString ("{\"n\": 1,\"m\": 2}"));

  auto refused = service.Write ("qt.a", "1", { { "expected-revision", 7ULL } });
  refused.waitForFinished ();
  is ("refused", refused.error ().name (),
      QString ("org.statesync.StateSync1.Error.Conflict"));

  auto revisions = service.WriteMany ({ { "qt.b", "1", {} }, { "qt.b", "2", {} } }).value ();
  is ("written together", revisions, StateSyncRevisions ({ 1, 2 }));
  auto topics = service.ListTopics ("qt").value ();
  is ("topics", topics.size (), 2);
  is ("topic", topics.value (1).name + " " + QString::number (topics.value (1).revision),
      QString ("qt.b 2"));
  auto snapshots = service.GetSnapshots ({ "qt.b", "qt.c" }).value ();
  is ("snapshots", snapshots.size (), 2);
  is ("snapshot", snapshots.value (0).data + " " + snapshots.value (1).data,
      QString ("2 null"));
  is ("version", service.version ().isEmpty (), false);
  is ("statistics", statistics.Get ().value ().value ("topics").toULongLong (), 2ULL);

  app.exec (); /* until it is told of the last change */
  is ("told", told.first ().first, QString ("qt.a"));
  return failed;
}
