#!/usr/bin/env python3
"""`kill -9` under load at seeded random moments: what was acknowledged is there after the restart, and nothing is half done.

usage: crash.py [--binary PATH] [--runs 20] [--seed 1]

Each run sends to a standard and a FIFO queue, singly and in batches, receives and deletes, and writes down what was acknowledged.
Then the process is killed, started again, and its queues are emptied and held against what was written down.
"""
import argparse
import random
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict

from botocore.exceptions import BotoCoreError, ClientError

from cloud import Cloud, default_binary, raw, sign_only

WRITERS, READERS = 3, 2
GROUPS = 2  # of each writer: a group has one writer, so that its order of sending is known
RUNS_ON_ONE_DIRECTORY = 10


def body_of(key, size):
    return f"{key} " + "x" * size


class Book:
    """What the clients know: what they tried, and what was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tried = {}  # key -> body
        self.sent = {}  # key -> MessageId, acknowledged
        self.seen = set()  # keys received under load
        self.deleting, self.deleted = set(), set()
        self.batches = []  # keys of each batch
        self.unsure = {}  # key -> group, of FIFO sends without an answer

    def sends(self, entries):
        with self.lock:
            self.tried.update(entries)
            if len(entries) > 1:
                self.batches.append(list(entries))

    def expected(self):
        """Keys that must be there, and keys that may."""
        return self.sent.keys() - self.deleted - self.deleting, self.tried.keys() - self.deleted


class Run:
    def __init__(self, cloud, number, seed):
        self.cloud, self.number = cloud, number
        self.random = random.Random(seed)
        self.client = cloud.client("sqs", read_timeout=30)
        self.names = {False: f"s{number}", True: f"f{number}.fifo"}
        self.books = {False: Book(), True: Book()}
        self.client.create_queue(QueueName=self.names[False])
        self.client.create_queue(QueueName=self.names[True], Attributes={"FifoQueue": "true"})
        self.find()
        self.failures = []

    def find(self):
        self.urls = {fifo: self.client.get_queue_url(QueueName=name)["QueueUrl"] for fifo, name in self.names.items()}

    def load(self):
        """Clients that go on until the process is gone, and the kill."""
        threads = [threading.Thread(target=self.client_thread, args=(self.write, n)) for n in range(WRITERS)]
        threads += [threading.Thread(target=self.client_thread, args=(self.read, WRITERS + n)) for n in range(READERS)]
        moment = self.random.uniform(0.02, 1.0)
        for thread in threads:
            thread.start()
        time.sleep(moment)
        self.killed = True
        self.cloud.end(signal.SIGKILL)
        for thread in threads:
            thread.join(60)

    killed = False

    def client_thread(self, work, number):
        dice = random.Random(f"{self.number} {number}")
        try:
            work(number, dice)
        except (BotoCoreError, ClientError, OSError) as error:
            if not self.killed:
                self.failures.append(f"an error before the kill: {error!r}")

    def write(self, number, dice):
        count = 0
        while True:
            fifo = dice.random() < 0.5
            size = 10 if dice.random() < 0.4 else 1
            group = f"{number}-{dice.randrange(GROUPS)}"
            entries = {}
            for _ in range(size):
                entries[f"{self.number}/{group}/{count}"] = None
                count += 1
            for key in entries:
                entries[key] = body_of(key, dice.choice([1, 100, 3000]))
            self.send(self.books[fifo], fifo, group, entries)

    def send(self, book, fifo, group, entries):
        book.sends(entries)
        if fifo:
            with book.lock:
                book.unsure.update({key: group for key in entries})
        items = list(entries.items())
        if len(items) == 1:
            key, body = items[0]
            ids = {key: self.client.send_message(QueueUrl=self.urls[fifo], MessageBody=body, **self.fields(key, fifo, group))["MessageId"]}
        else:
            batch = [{"Id": str(n), "MessageBody": body, **self.fields(key, fifo, group)} for n, (key, body) in enumerate(items)]
            answer = self.client.send_message_batch(QueueUrl=self.urls[fifo], Entries=batch)
            assert not answer.get("Failed"), answer["Failed"]
            ids = {items[int(entry["Id"])][0]: entry["MessageId"] for entry in answer["Successful"]}
        with book.lock:
            book.sent.update(ids)
            for key in ids:
                book.unsure.pop(key, None)

    def fields(self, key, fifo, group):
        fields = {"MessageAttributes": {"key": {"DataType": "String", "StringValue": key}}}
        return fields | ({"MessageGroupId": group, "MessageDeduplicationId": key.replace("/", "_")} if fifo else {})

    def read(self, _, dice):
        while True:
            fifo = dice.random() < 0.5
            book = self.books[fifo]
            for message in self.receive(fifo, dice.choice([1, 10])):
                key = self.key(fifo, message)
                with book.lock:
                    if key in book.seen:
                        self.failures.append(f"{key} was received twice within its visibility timeout")
                    book.seen.add(key)
                    if dice.random() < 0.3:
                        continue
                    book.deleting.add(key)
                self.client.delete_message(QueueUrl=self.urls[fifo], ReceiptHandle=message["ReceiptHandle"])
                with book.lock:
                    book.deleted.add(key)
                    book.deleting.discard(key)

    def receive(self, fifo, most=10):
        answer = self.client.receive_message(QueueUrl=self.urls[fifo], MaxNumberOfMessages=most, AttributeNames=["All"], MessageAttributeNames=["All"])
        return answer.get("Messages", [])

    def key(self, fifo, message):
        """The key of a message whose body, attributes and id are what was sent."""
        key = message["Body"].split(" ")[0]
        book = self.books[fifo]
        if message["Body"] != book.tried.get(key):
            self.failures.append(f"{key} has another body than was sent")
        if message["MessageAttributes"]["key"]["StringValue"] != key:
            self.failures.append(f"{key} has another message's attributes")
        if book.sent.get(key, message["MessageId"]) != message["MessageId"]:
            self.failures.append(f"{key} has another id than was answered")
        return key

    def check(self):
        """After the restart: everything is held against the books."""
        self.client = self.cloud.client("sqs")
        self.find()
        self.resend()
        for fifo, book in self.books.items():
            # What was in flight comes back when its visibility timeout has passed.
            self.cloud.operator("/_terrella/wind", {"by": "31s"})
            counted = self.count(fifo)
            got = self.drain(fifo)
            self.compare(fifo, book, got, counted)
            if any(self.count(fifo)):
                self.failures.append(f"the emptied queue counts {self.count(fifo)}")

    def resend(self):
        """A client that got no answer sends again with the same deduplication id: then the message is there once."""
        book = self.books[True]
        for key, group in sorted(book.unsure.items(), key=lambda item: int(item[0].split("/")[-1])):
            answer = self.client.send_message(QueueUrl=self.urls[True], MessageBody=book.tried[key], **self.fields(key, True, group))
            book.sent[key] = answer["MessageId"]

    def count(self, fifo):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
        got = self.client.get_queue_attributes(QueueUrl=self.urls[fifo], AttributeNames=names)["Attributes"]
        return [int(got[name]) for name in names]

    def drain(self, fifo):
        got = []
        while messages := self.receive(fifo):
            got += [(self.key(fifo, message), message) for message in messages]
            entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
            answer = self.client.delete_message_batch(QueueUrl=self.urls[fifo], Entries=entries)
            assert not answer.get("Failed"), answer["Failed"]
        return got

    def compare(self, fifo, book, got, counted):
        keys = [key for key, _ in got]
        must, may = book.expected()
        fail, name = self.failures.append, self.names[fifo]
        for key in sorted(must - set(keys)):
            fail(f"{name}: {key} was acknowledged and is lost")
        for key in sorted(set(keys) - may):
            fail(f"{name}: {key} was acknowledged as deleted and came back" if key in book.deleted else f"{name}: {key} was never sent")
        # AWS promises a standard queue's messages at least once; here nothing brings a deleted one back.
        for key, times in Counter(keys).items():
            if times > 1:
                fail(f"{name}: {key} was received {times} times")
        if counted != [len(keys), 0, 0]:
            fail(f"{name}: counted {counted} before {len(keys)} were received")
        there = set(keys) | book.seen
        for batch in book.batches:
            if not fifo and 0 < len(there & set(batch)) < len(batch):
                fail(f"{name}: of a batch of {len(batch)}, {len(there & set(batch))} were done")
        if fifo:
            self.compare_order(got)

    def compare_order(self, got):
        groups = defaultdict(list)
        for key, message in got:
            attributes = message["Attributes"]
            groups[attributes["MessageGroupId"]].append((int(key.split("/")[-1]), int(attributes["SequenceNumber"])))
        for group, order in groups.items():
            if order != sorted(order) or [n for _, n in order] != sorted(n for _, n in order):
                self.failures.append(f"group {group} came out of order: {order}")


def killed_poller(cloud, dice):
    """A client that is gone while it waits takes no message with it. Answers the failures."""
    client = cloud.client("sqs")
    url = client.create_queue(QueueName=f"poll-{dice.randrange(10**9)}")["QueueUrl"]
    request = raw(sign_only(client, lambda c: c.receive_message(QueueUrl=url, WaitTimeSeconds=20)))
    failures = []
    for number in range(20):
        poller = socket.create_connection(cloud.address)
        poller.sendall(request)
        while cloud.operator("/_terrella/info")["waiting"] == 0:
            time.sleep(0.005)
        if number % 2:
            # Reset rather than closed, as when a process is killed with data unread.
            poller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        poller.close()
        client.send_message(QueueUrl=url, MessageBody=str(number))
        began = time.perf_counter()
        got = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if [m["Body"] for m in got] != [str(number)]:
            failures.append(f"poller {number}: after it hung up a receive got {[m['Body'] for m in got]} in {time.perf_counter() - began:.3f} s")
        while left := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            got += left
        cloud.operator("/_terrella/wind", {"by": "31s"})
        client.purge_queue(QueueUrl=url)
        cloud.operator("/_terrella/wind", {"by": "61s"})
    return failures


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--binary", default=default_binary())
    flags.add_argument("--runs", type=int, default=20)
    flags.add_argument("--seed", type=int, default=1)
    flags = flags.parse_args()
    failures, starts, totals = [], [], Counter()
    directory = cloud = None
    for number in range(flags.runs):
        if number % RUNS_ON_ONE_DIRECTORY == 0:
            if cloud:
                cloud.end()
                directory.cleanup()
            directory = tempfile.TemporaryDirectory(prefix="terrella-crash-")
            cloud = Cloud(flags.binary, directory.name).start()
        run = Run(cloud, number, flags.seed + number)
        run.load()
        cloud.start()
        starts.append(cloud.started_in * 1000)
        run.check()
        totals += Counter(sent=sum(len(b.sent) for b in run.books.values()), deleted=sum(len(b.deleted) for b in run.books.values()))
        failures += [f"seed {flags.seed + number}: {failure}" for failure in run.failures]
        for failure in run.failures[:20]:
            print(f"FAILED seed {flags.seed + number}: {failure}", flush=True)
    polled = killed_poller(cloud, random.Random(flags.seed))
    for failure in polled:
        print(f"FAILED {failure}")
    cloud.end()
    directory.cleanup()
    starts.sort()
    print(f"{flags.runs} kills, {totals['sent']} sends and {totals['deleted']} deletions acknowledged; start after a kill: "
          f"median {starts[len(starts) // 2]:.0f} ms, most {starts[-1]:.0f} ms; 20 pollers hung up")
    print(f"{len(failures) + len(polled)} failures")
    return 1 if failures or polled else 0


if __name__ == "__main__":
    sys.exit(main())
