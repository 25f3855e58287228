/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the bus interface takes and gives beside Qt's own types, by the names that the annotations
 * in its XML have for what qdbusxml2cpp generates. Call registerStateSyncTypes() before the first
 * call. */

#include <QtDBus/QtDBus>

struct StateSyncWrite
{
  QString topic;
  QString data;
  QVariantMap options;
};

struct StateSyncSnapshot
{
  qulonglong revision;
  QString data;
};

struct StateSyncTopic
{
  QString name;
  qulonglong revision;
};

using StateSyncWrites = QList<StateSyncWrite>;
using StateSyncSnapshots = QList<StateSyncSnapshot>;
using StateSyncTopics = QList<StateSyncTopic>;
using StateSyncRevisions = QList<qulonglong>;

Q_DECLARE_METATYPE (StateSyncWrite)
Q_DECLARE_METATYPE (StateSyncSnapshot)
Q_DECLARE_METATYPE (StateSyncTopic)

inline QDBusArgument &
operator<< (QDBusArgument &argument, const StateSyncWrite &write)
{
  argument.beginStructure ();
  argument << write.topic << write.data << write.options;
  argument.endStructure ();
  return argument;
}

inline const QDBusArgument &
operator>> (const QDBusArgument &argument, StateSyncWrite &write)
{
  argument.beginStructure ();
  argument >> write.topic >> write.data >> write.options;
  argument.endStructure ();
  return argument;
}

inline QDBusArgument &
operator<< (QDBusArgument &argument, const StateSyncSnapshot &snapshot)
{
  argument.beginStructure ();
  argument << snapshot.revision << snapshot.data;
  argument.endStructure ();
  return argument;
}

inline const QDBusArgument &
operator>> (const QDBusArgument &argument, StateSyncSnapshot &snapshot)
{
  argument.beginStructure ();
  argument >> snapshot.revision >> snapshot.data;
  argument.endStructure ();
  return argument;
}

inline QDBusArgument &
operator<< (QDBusArgument &argument, const StateSyncTopic &topic)
{
  argument.beginStructure ();
  argument << topic.name << topic.revision;
  argument.endStructure ();
  return argument;
}

inline const QDBusArgument &
operator>> (const QDBusArgument &argument, StateSyncTopic &topic)
{
  argument.beginStructure ();
  argument >> topic.name >> topic.revision;
  argument.endStructure ();
  return argument;
}

inline void
registerStateSyncTypes ()
{
  qDBusRegisterMetaType<StateSyncWrite> ();
  qDBusRegisterMetaType<StateSyncWrites> ();
  qDBusRegisterMetaType<StateSyncSnapshot> ();
  qDBusRegisterMetaType<StateSyncSnapshots> ();
  qDBusRegisterMetaType<StateSyncTopic> ();
  qDBusRegisterMetaType<StateSyncTopics> ();
}
