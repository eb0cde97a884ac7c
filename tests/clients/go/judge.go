// An outside judge of what this log hands out, by the transparency log packages of the Go project.
//
//	judge record VKEY LEAF < receipt.tlog-proof
//	judge tree VKEY < {"older": note, "newer": note, "proof": [hash, …]}
//
// Only note.Open, tlog.CheckRecord and tlog.CheckTree judge: the package's reader of tiles was fixed after the version
// that Debian ships.
package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type checkpoint struct {
	size int64
	root tlog.Hash
}

func main() {
	if err := judge(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("it holds")
}

func judge() error {
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		return err
	}
	told, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if os.Args[1] == "record" {
		return judgeRecord(string(told), os.Args[3], verifier)
	}
	return judgeTree(told, verifier)
}

func judgeRecord(told, leafText string, verifier note.Verifier) error {
	leaf, err := hex.DecodeString(leafText)
	if err != nil {
		return err
	}
	head, signed, found := strings.Cut(told, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	path, err := hashes(lines[2:])
	if err != nil {
		return err
	}
	tree, err := open(signed, verifier)
	if err != nil {
		return err
	}
	var hash tlog.Hash
	copy(hash[:], leaf)
	return tlog.CheckRecord(tlog.RecordProof(path), tree.size, tree.root, index, hash)
}

func judgeTree(told []byte, verifier note.Verifier) error {
	var asked struct {
		Older, Newer string
		Proof        []string
	}
	if err := json.Unmarshal(told, &asked); err != nil {
		return err
	}
	older, err := open(asked.Older, verifier)
	if err != nil {
		return err
	}
	newer, err := open(asked.Newer, verifier)
	if err != nil {
		return err
	}
	path, err := hashes(asked.Proof)
	if err != nil {
		return err
	}
	return tlog.CheckTree(tlog.TreeProof(path), newer.size, newer.root, older.size, older.root)
}

func open(signed string, verifier note.Verifier) (checkpoint, error) {
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return checkpoint{}, fmt.Errorf("no checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return checkpoint{}, err
	}
	root, err := hashes(lines[2:3])
	if err != nil {
		return checkpoint{}, err
	}
	return checkpoint{size, root[0]}, nil
}

func hashes(lines []string) ([]tlog.Hash, error) {
	found := []tlog.Hash{}
	for _, line := range lines {
		told, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(told) != tlog.HashSize {
			return nil, fmt.Errorf("no hash: %q", line)
		}
		var hash tlog.Hash
		copy(hash[:], told)
		found = append(found, hash)
	}
	return found, nil
}
